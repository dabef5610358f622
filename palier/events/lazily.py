"""A commit that does not wait for the disk: for what may be lost with the machine, as if it had not been done yet.

Among the columns that a statement returns; it holds for the statement's transaction. The next commit that waits takes
everything before it along.
"""

LAZILY = "set_config('synchronous_commit', 'off', true)"
