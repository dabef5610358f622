"""What happened, in the order it happened: an append-only log.

Owns Event and the business clock, and queues the reactions to an event in the transaction that records it.
Names subjects, customers and actors by kind and id, so it asks nothing of the rooms above.
May ask core and words.
"""
