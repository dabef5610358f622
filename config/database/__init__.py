"""PostgreSQL without set-up: find binaries, make a cluster, run it as a child process, say where it listens.

Not used at all when DATABASE_URL is set.
"""
