"""The moment of the samples: Dana's afternoon, on 23 November 2026."""

from datetime import UTC, datetime


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of that November."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


NOW = at(23, 19, 24)
