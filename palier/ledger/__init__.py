"""Every movement of money as a balanced entry that nobody can edit.

Owns JournalEntry, Posting and the running Balance of each customer's accounts.
May ask people, events, words and core.
"""
