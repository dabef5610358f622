"""How many acts may run on a server at the same time: a part of statements that name a `server` and its `circuit`."""

#: A server that did not answer last is asked one thing at a time, and an open one nothing (circuit.py).
PLACES = """
    CASE WHEN circuit.server_id IS NULL THEN server.at_once WHEN circuit.probe_at IS NULL THEN 1 ELSE 0 END
"""
