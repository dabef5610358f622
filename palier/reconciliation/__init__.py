"""Does every server have what our side says it has? What differs, and setting either side right.

Owns Drift: one thing in which a server and we differ, from the day it was found until it is gone. Nothing here is set
right by itself: a person decides which side was wrong.
May ask plan_changes, provisioning, subscriptions, catalog, people, events, drivers and core.
"""
