"""Who buys, who logs in, who works here, and what each may do.

Owns Provider, User, Customer, Member and the table of permissions; and the shape of every row that
belongs to a customer (`owned.py`).
May ask events, words and core.
"""
