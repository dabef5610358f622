"""A lease on a service: one act at a time, with an expiry and a fencing number.

It lives on real time, is renewed for as long as its holder lives, and runs out soon after the holder has died. Whoever
holds it knows its number, and whoever comes back with an older one (a worker that was believed dead) may send and
write nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from uuid import UUID

import structlog
from django.db import Error, connection

from palier.events.clock import real_now
from palier.provisioning.models import Service

log = structlog.get_logger()

#: Shorter than a client's patience after a crash. A call to a panel may be longer: meanwhile the lease is renewed.
LEASE = timedelta(seconds=30)
#: How often, in seconds: four misses in a row and the lease is lost.
RENEW_EVERY = 7.0


class InUse(Exception):
    """Another act on this service is under way; try again in a moment."""


class LeaseLost(Exception):
    """The lease ran out and another took it: nothing more may be sent, and what was found may not be written."""


@contextmanager
def leased(customer_id: UUID, service_id: UUID) -> Iterator[int]:
    """Hold the lease for a block that calls the panel; its fencing number. Raises `InUse`."""
    fence = take(customer_id, service_id)
    ended = Event()
    keeper = Thread(target=_keep, args=(customer_id, service_id, fence, ended), daemon=True)
    keeper.start()
    try:
        yield fence
    finally:
        ended.set()
        keeper.join()
        give_back(customer_id, service_id, fence)


def take(customer_id: UUID, service_id: UUID) -> int:
    """The fencing number of a new lease. Raises `InUse`."""
    now = real_now()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE provisioning_service SET lease_until = %s, fence = fence + 1
            WHERE customer_id = %s AND id = %s AND (lease_until IS NULL OR lease_until <= %s)
            RETURNING fence
            """,
            [now + LEASE, customer_id, service_id, now],
        )
        row = cursor.fetchone()
    if row is None:
        raise InUse(str(service_id))
    return int(row[0])


def _keep(customer_id: UUID, service_id: UUID, fence: int, ended: Event) -> None:
    """Renew it until the block ends, on a connection of this thread. A database that is away is asked again."""
    try:
        while not ended.wait(RENEW_EVERY):
            try:
                renew(customer_id, service_id, fence)
            except Error:
                log.warning("lease_not_renewed", service_id=str(service_id))
                connection.close()
    finally:
        connection.close()


def renew(customer_id: UUID, service_id: UUID, fence: int) -> None:
    """Put its end off. Does nothing for one that was lost."""
    holder = Service.objects.filter(customer_id=customer_id, id=service_id, fence=fence)
    holder.exclude(lease_until=None).update(lease_until=real_now() + LEASE)


def give_back(customer_id: UUID, service_id: UUID, fence: int) -> None:
    Service.objects.filter(customer_id=customer_id, id=service_id, fence=fence).update(lease_until=None)


def locked_holder(customer_id: UUID, service_id: UUID, fence: int) -> Service:
    """The service, locked, for acting under this lease. Raises `LeaseLost`."""
    service = (
        Service.objects.select_for_update(of=("self",), no_key=True)
        .select_related("server", "subscription")
        .get(customer_id=customer_id, id=service_id)
    )
    if service.fence != fence:
        raise LeaseLost(str(service_id))
    return service
