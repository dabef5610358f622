"""Keys of rows: UUIDv7, made in Python, so that a row has its name before it is written and keys sort by time."""

from uuid import UUID

import uuid_utils.compat


def new_id() -> UUID:
    return uuid_utils.compat.uuid7()
