"""Business time: real time, and in the demo an offset that lets a renewal be watched happening.

Only entrypoints and reactions read the clock; everything below takes the instant as an argument.
Tokens, sessions, leases and the queue stay on real time.
"""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest, Least
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from palier.events.models import ClockOffset

#: The queue's name for "see what falls due by now"; batch/ defines the task.
ROUND = "palier.round_of_time"


def now() -> datetime:
    """The business instant, aware, in UTC."""
    return real_now() + offset()


def real_now() -> datetime:
    return datetime.now(UTC)


def offset() -> timedelta:
    if not settings.DEMO:
        return timedelta(0)
    with connection.cursor() as cursor:
        cursor.execute('SELECT "offset" FROM events_clockoffset')
        row = cursor.fetchone()
    return row[0] if row else timedelta(0)


def let_pass(by: timedelta) -> datetime:
    """Ask that business time go on, and return the instant it is going to.

    A worker takes it there day by day, and each day has its round, so that nothing happens later than it should.
    Raises `ValueError` outside the demo or backwards.
    """
    _refuse_unless_forward(by)
    ClockOffset.objects.get_or_create(pk=1)
    ClockOffset.objects.filter(pk=1).update(wanted=Greatest(F("wanted"), F("offset")) + by)
    wake_round()
    return heading_for()


def heading_for() -> datetime:
    """The instant that business time is going to; now when it is there."""
    row = ClockOffset.objects.filter(pk=1).first() if settings.DEMO else None
    return real_now() + (max(row.offset, row.wanted) if row else timedelta(0))


def go_on(at_most: timedelta) -> bool:
    """One step towards the instant asked for; False when business time is there, and outside the demo."""
    if not settings.DEMO:
        return False
    behind = ClockOffset.objects.filter(pk=1, offset__lt=F("wanted"))
    return bool(behind.update(offset=Least(F("offset") + at_most, F("wanted"))))


def advance(by: timedelta) -> datetime:
    """Jump, with nothing happening on the days between. Raises `ValueError` outside the demo or backwards."""
    _refuse_unless_forward(by)
    ClockOffset.objects.get_or_create(pk=1)
    ClockOffset.objects.filter(pk=1).update(offset=F("offset") + by)
    return now()


def reset() -> None:
    ClockOffset.objects.filter(pk=1).delete()


def wake_round() -> None:
    """Have a worker see what falls due now, rather than within the minute."""
    task = app.configure_task(ROUND, queue="upkeep", queueing_lock=ROUND)
    with suppress(AlreadyEnqueued), transaction.atomic():
        task.defer(timestamp=0)


def _refuse_unless_forward(by: timedelta) -> None:
    if not settings.DEMO:
        raise ValueError("the clock can be moved in the demo only")
    if by < timedelta(0):
        raise ValueError("business time never goes back; `palier demo` starts the world again")
