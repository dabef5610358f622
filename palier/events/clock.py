"""Business time: real time, and in the demo an offset that lets a renewal be watched happening.

Only entrypoints and reactions read the clock; everything below takes the instant as an argument.
Tokens, sessions, leases and the queue stay on real time.
"""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import F

from palier.events.models import ClockOffset


def now() -> datetime:
    """The business instant, aware, in UTC."""
    return real_now() + offset()


def real_now() -> datetime:
    return datetime.now(UTC)


def offset() -> timedelta:
    if not settings.DEMO:
        return timedelta(0)
    return ClockOffset.objects.filter(pk=1).values_list("offset", flat=True).first() or timedelta(0)


def advance(by: timedelta) -> datetime:
    """Move business time forward and return the new instant. Raises `ValueError` outside the demo or backwards."""
    if not settings.DEMO:
        raise ValueError("the clock can be moved in the demo only")
    if by < timedelta(0):
        raise ValueError("business time never goes back; `palier demo` starts the world again")
    ClockOffset.objects.get_or_create(pk=1)
    ClockOffset.objects.filter(pk=1).update(offset=F("offset") + by)
    return now()


def reset() -> None:
    ClockOffset.objects.filter(pk=1).delete()
