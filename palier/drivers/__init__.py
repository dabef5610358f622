"""The machines of other people: hosting panels and payment gateways.

This room owns two promises, `panel.py` and `gateway.py`, the drivers that keep them, and what they may raise.
It asks only `palier.core` for values. It knows nothing of Django, of customers or of the database.
`registry.py` turns a driver's name and a server's credentials into something that keeps its promise.
"""
