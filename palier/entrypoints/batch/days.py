"""The demo's days: business time goes where it was asked to go, one day after the other.

Between two days the queue is given time to do what the first one brought, so that what happens on a day is done on
that day: a plan change of the 12th is applied on the 12th, although all thirty days pass within a minute.
"""

import time
from datetime import timedelta

from django.db import connection

from palier.entrypoints.batch.rounds import renew_with_help, round_of_time
from palier.events import clock
from palier.events.alone import alone
from palier.events.watch import Watch
from palier.reactions import house

A_DAY = timedelta(days=1)
#: A queue that is still busy after this (a slow panel, a worker with one place) does not hold the day back.
PATIENCE_SECONDS = 10.0
LOOK_EVERY_SECONDS = 0.05
_LOCK = b"rounds"


def let_days_pass() -> None:
    """Go on to the instant asked for, with a round every day; then, or at once, the round of this moment.

    Does nothing while another worker is at it: that one sees what was asked for meanwhile, or the next minute does.
    """
    with alone(_LOCK) as is_alone:
        if not is_alone:
            return
        while clock.go_on(A_DAY):
            round_of_time(clock.now())
            wait_until_quiet()
        round_of_time(clock.now())


def round_of_now(watch: Watch) -> bool:
    """The round of this moment, for somebody who waits for it; where another round is under way, help it renew.

    False for the help: the rest is that other round's.
    """
    with alone(_LOCK) as is_alone:
        if is_alone:
            round_of_time(clock.now(), watch, again=True)
        else:
            renew_with_help(house(), clock.now(), watch, again=True)
    return is_alone


def wait_until_quiet() -> None:
    """Until the queue holds nothing that is due, or patience ends."""
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while is_busy() and time.monotonic() < give_up_at:
        time.sleep(LOOK_EVERY_SECONDS)


def is_busy() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT EXISTS (
                SELECT 1 FROM procrastinate_jobs WHERE queue_name <> 'upkeep' AND (
                    status = 'doing' OR status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now()))
            )
            """
        )
        return bool(cursor.fetchone()[0])
