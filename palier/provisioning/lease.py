"""A lease on a service: one act at a time, with an expiry and a fencing number.

It lives on real time. Whoever holds it knows its number, and whoever comes back with an older one (a worker that
was believed dead) may write nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.db import connection

from palier.events.clock import real_now
from palier.provisioning.models import Service

#: Longer than the slowest call to a panel, shorter than a client's patience after a crash.
LEASE = timedelta(seconds=45)


class InUse(Exception):
    """Another act on this service is under way; try again in a moment."""


class LeaseLost(Exception):
    """The lease ran out and another took it: what this holder found may not be written."""


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


def give_back(customer_id: UUID, service_id: UUID, fence: int) -> None:
    Service.objects.filter(customer_id=customer_id, id=service_id, fence=fence).update(lease_until=None)


def locked_holder(customer_id: UUID, service_id: UUID, fence: int) -> Service:
    """The service, locked, for writing what was found under this lease. Raises `LeaseLost`."""
    service = (
        Service.objects.select_for_update(of=("self",))
        .select_related("server", "subscription")
        .get(customer_id=customer_id, id=service_id)
    )
    if service.fence != fence:
        raise LeaseLost(str(service_id))
    return service


@contextmanager
def leased(customer_id: UUID, service_id: UUID) -> Iterator[int]:
    """Hold the lease for a block that calls the panel. Raises `InUse`."""
    fence = take(customer_id, service_id)
    try:
        yield fence
    finally:
        give_back(customer_id, service_id, fence)
