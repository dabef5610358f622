"""Keys of rows: UUIDv7, made in Python, so that a row has its name before it is written and keys sort by time."""

from uuid import UUID

import uuid_utils
import uuid_utils.compat


def new_id() -> UUID:
    return uuid_utils.compat.uuid7()


def new_ids(count: int) -> list[str]:
    """So many of them, as they are written."""
    return [str(uuid_utils.uuid7()) for _ in range(count)]
