"""The staff queue: what a person must do, why, who has it, and by when it was promised.

Owns WorkItem and its notes. A work item names its subject (a plan change, a job) by kind and id.
May ask people, events, words and core.
"""
