"""What another transaction sees of ours: its locks."""

from collections.abc import Sequence
from typing import Any

from django.db import OperationalError, connection


def answer_elsewhere(statement: str, values: Sequence[Any]) -> Any:
    """The one value that a connection of its own gets."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchone()[0]
    finally:
        other.close()


def is_locked(statement: str, values: Sequence[Any]) -> bool:
    """Must another transaction wait for these rows? `statement` ends in FOR UPDATE NOWAIT."""
    try:
        answer_elsewhere(statement, values)
    except OperationalError:
        return True
    return False
