"""The journal for programs of others: read once, in order, however long it is."""
