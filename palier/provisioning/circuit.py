"""Which servers answer. One that fails three times in a row is left alone, and asked now and then whether it is back.

    closed    no row: all is asked of it that may be
    failing   one or two failures in a row: one act at a time
    open      the third: nothing is asked but, now and then, its version (`probe`); `probe_at` is set
    half open that question was answered: one act at a time again, and its next word decides

It is down from the third failure until it has answered an act: one that tells its version and hangs at all else is no
less down for it.

Only silence counts, and a line that cannot be had: a server that says no, or that it is busy, is there. All of it is
real time.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import QuerySet
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from palier.drivers.errors import Busy, DriverError
from palier.events.clock import real_now
from palier.provisioning import line
from palier.provisioning.models import Circuit, Server
from palier.provisioning.panels import NotConfigured, panel_of

log = structlog.get_logger()

#: The queue's name for "is this server back?"; batch/ defines the task.
PROBE = "palier.probe_server"

OPENS_AFTER = 3
#: Between two questions whether it is back: the first pause, doubled up to the longest.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(minutes=1)
#: A server that is down for longer is a person's matter, and so is all that waits for it.
PATIENCE = timedelta(hours=1)


class Down(Busy):
    """A server has not answered since `since`, and is not asked now."""

    def __init__(self, circuit: Circuit, since: datetime) -> None:
        super().__init__(circuit.last_error)
        self.server_id, self.since = circuit.server_id, since


def open_circuits() -> QuerySet[Circuit]:
    """The servers that are asked nothing, those that are down for the longest first."""
    return Circuit.objects.filter(probe_at__isnull=False).order_by("down_since")


def down(server_id: UUID) -> Down | None:
    """What to raise instead of asking it; None when it may be asked."""
    circuit = open_circuits().filter(server_id=server_id).first()
    return Down(circuit, circuit.down_since) if circuit and circuit.down_since else None


@contextmanager
def asked(server_id: UUID) -> Iterator[None]:
    """The same as `watched`, for whoever has no lease. Raises `Down` instead of asking a server that is down."""
    if failure := down(server_id):
        raise failure
    with watched(server_id):
        yield


@contextmanager
def watched(server_id: UUID, *, is_suspected: bool = True) -> Iterator[None]:
    """Around a question to a server: whether it answered is kept. `is_suspected`: it did not the last time."""
    try:
        yield
    except DriverError as error:
        if error.no_answer:
            failed(server_id, error.reason)
        elif is_suspected:
            answered(server_id)
        raise
    if is_suspected:
        answered(server_id)


def failed(server_id: UUID, reason: str, *, is_probe: bool = False) -> None:
    """It did not answer. What was already under way when the circuit opened adds nothing to it."""
    now = real_now()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO provisioning_circuit AS circuit (server_id, failures, last_error, failed_at)
            VALUES (%(server)s, 1, %(reason)s, %(now)s)
            ON CONFLICT (server_id) DO UPDATE SET
                failures = circuit.failures + 1, last_error = %(reason)s, failed_at = %(now)s,
                down_since = CASE WHEN circuit.failures + 1 >= %(limit)s THEN coalesce(circuit.down_since, %(now)s) END,
                probe_at = CASE WHEN circuit.failures + 1 >= %(limit)s THEN
                    %(now)s + make_interval(secs =>
                        least(%(longest)s, %(first)s * power(2, least(circuit.failures + 1 - %(limit)s, 9)))) END
            WHERE circuit.probe_at IS NULL OR %(is_probe)s
            RETURNING failures, down_since
            """,
            {
                "server": server_id,
                "reason": reason[:400],
                "now": now,
                "limit": OPENS_AFTER,
                "first": FIRST_PAUSE.total_seconds(),
                "longest": LONGEST_PAUSE.total_seconds(),
                "is_probe": is_probe,
            },
        )
        failures, down_since = cursor.fetchone() or (None, None)
    if down_since == now:
        log.error("server_down", server_id=str(server_id), reason=reason, failures=failures)
    else:
        log.warning("server_silent", server_id=str(server_id), reason=reason, failures=failures)


def answered(server_id: UUID) -> None:
    """It did: what waits for it goes on."""
    deleted, _ = Circuit.objects.filter(server_id=server_id).delete()
    if deleted:
        log.info("server_answers", server_id=str(server_id))
        line.call(server_id)


def to_probe() -> QuerySet[Circuit]:
    """Those whose time has come to be asked whether they are back."""
    return open_circuits().filter(probe_at__lte=real_now())


def queue_probe(server_id: UUID) -> None:
    """Have a worker ask it, once."""
    task = app.configure_task(PROBE, queue="upkeep", queueing_lock=f"{PROBE}:{server_id}")
    with suppress(AlreadyEnqueued), transaction.atomic():
        task.defer(server_id=str(server_id))


def probe(server_id: UUID) -> None:
    """Ask an open server for its version: once, whoever else would. One that answers is half open."""
    due = to_probe().filter(server_id=server_id)
    if not due.update(probe_at=real_now() + LONGEST_PAUSE):
        return
    server = Server.objects.get(id=server_id)
    try:
        panel_of(server).version()
    except DriverError as error:
        if error.no_answer:
            failed(server_id, error.reason, is_probe=True)
            return
    except NotConfigured as error:
        failed(server_id, str(error), is_probe=True)
        return
    if open_circuits().filter(server_id=server_id).update(probe_at=None):
        log.info("server_answers_again", server_id=str(server_id))
        line.call(server_id)
