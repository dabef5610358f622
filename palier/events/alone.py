"""One at a time, in whatever process: a lock of the database that goes with its connection, so that no dead worker can
hold it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def alone(name: bytes) -> Iterator[bool]:
    """Whether nobody else is at what this names (8 bytes at most); it is ours until the block ends."""
    key = int.from_bytes(name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        is_alone = bool(cursor.fetchone()[0])
        try:
            yield is_alone
        finally:
            if is_alone:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
