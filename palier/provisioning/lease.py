"""A lease on a service: one act at a time, with an expiry and a fencing number; for an act, with a place at its server.

It lives on real time, is renewed for as long as its holder lives, and runs out soon after the holder has died, its
place with it. Whoever holds it knows its number, and whoever comes back with an older one (a worker that was believed
dead) may send and write nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection

from palier.events.clock import real_now
from palier.provisioning import keeper
from palier.provisioning.circuit import Down, down
from palier.provisioning.keeper import LEASE, Lease
from palier.provisioning.models import Place, ProvisioningJob, Server, Service
from palier.provisioning.queries import locked_job


class InUse(Exception):
    """Another act on this service is under way; try again in a moment."""


class Full(InUse):
    """As many acts run on its server as may."""

    def __init__(self, server_id: UUID) -> None:
        super().__init__(str(server_id))
        self.server_id = server_id


class LeaseLost(Exception):
    """The lease ran out and another took it: nothing more may be sent, and what was found may not be written."""


@contextmanager
def leased(customer_id: UUID, service_id: UUID, *, acting: bool = False) -> Iterator[Lease]:
    """Hold the lease for a block that calls the panel; with a place at the server, if it acts there.

    Raises `InUse`, `Full` or `Down`.
    """
    held = take(customer_id, service_id, acting=acting)
    keeper.keep(held)
    try:
        yield held
    finally:
        keeper.leave(held)
        give_back(held)


def take(customer_id: UUID, service_id: UUID, *, acting: bool = False) -> Lease:
    """A new lease. Raises `InUse`, `Full` or `Down`."""
    found = _taken(customer_id, service_id, acting)
    if found is None:
        why = _why_not(customer_id, service_id)
        if not (isinstance(why, Full) and (not acting or _furnished(why.server_id))):
            raise why
        found = _taken(customer_id, service_id, acting)
        if found is None:
            raise _why_not(customer_id, service_id)
    return found


_LOOK = """
    UPDATE provisioning_service service SET lease_until = %(until)s, fence = fence + 1
    WHERE customer_id = %(customer)s AND id = %(service)s AND (lease_until IS NULL OR lease_until <= %(now)s)
    AND NOT EXISTS (
        SELECT 1 FROM provisioning_circuit circuit
        WHERE circuit.server_id = service.server_id AND circuit.probe_at IS NOT NULL
    )
    RETURNING fence, NULL, true
"""

#: A server that did not answer last is asked one thing at a time, and an open one nothing.
_ACT = """
    WITH service AS MATERIALIZED (
        SELECT id, server_id, fence + 1 AS fence FROM provisioning_service
        WHERE customer_id = %(customer)s AND id = %(service)s AND (lease_until IS NULL OR lease_until <= %(now)s)
        FOR NO KEY UPDATE
    ), free AS MATERIALIZED (
        SELECT place.id, circuit.server_id IS NOT NULL AS is_suspected
        FROM service
        JOIN provisioning_server server ON server.id = service.server_id
        JOIN provisioning_place place ON place.server_id = server.id
        LEFT JOIN provisioning_circuit circuit ON circuit.server_id = server.id
        WHERE (place.lease_until IS NULL OR place.lease_until <= %(now)s) AND place.number <= CASE
            WHEN circuit.server_id IS NULL THEN server.at_once WHEN circuit.probe_at IS NULL THEN 1 ELSE 0 END
        ORDER BY place.number LIMIT 1
        FOR NO KEY UPDATE OF place SKIP LOCKED
    ), taken AS (
        UPDATE provisioning_place place
        SET lease_until = %(until)s, service_id = service.id, fence = service.fence
        FROM service, free WHERE place.id = free.id
        RETURNING place.id, free.is_suspected
    )
    UPDATE provisioning_service held SET lease_until = %(until)s, fence = service.fence
    FROM service, taken WHERE held.customer_id = %(customer)s AND held.id = service.id
    RETURNING held.fence, taken.id, taken.is_suspected
"""


def _taken(customer_id: UUID, service_id: UUID, acting: bool) -> Lease | None:
    now = real_now()
    with connection.cursor() as cursor:
        cursor.execute(
            _ACT if acting else _LOOK,
            {"customer": customer_id, "service": service_id, "now": now, "until": now + LEASE},
        )
        row = cursor.fetchone()
    return Lease(customer_id, service_id, row[0], now, row[1], row[2]) if row else None


def _why_not(customer_id: UUID, service_id: UUID) -> InUse | Down:
    service = Service.objects.only("server_id", "lease_until").get(customer_id=customer_id, id=service_id)
    if service.lease_until is not None and service.lease_until > real_now():
        return InUse(str(service_id))
    return down(service.server_id) or Full(service.server_id)


def _furnished(server_id: UUID) -> bool:
    """Make the places that the server may have and has not yet. False when it has them all."""
    at_once = Server.objects.values_list("at_once", flat=True).get(id=server_id)
    before = Place.objects.filter(server_id=server_id, number__lte=at_once).count()
    places = [Place(server_id=server_id, number=number) for number in range(1, at_once + 1)]
    if before < at_once:
        Place.objects.bulk_create(places, ignore_conflicts=True)
    return before < at_once


def give_back(held: Lease) -> None:
    """Unless it is another's by now."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH given AS (
                UPDATE provisioning_service SET lease_until = NULL
                WHERE customer_id = %(customer)s AND id = %(service)s AND fence = %(fence)s
            )
            UPDATE provisioning_place SET lease_until = NULL
            WHERE id = %(place)s AND service_id = %(service)s AND fence = %(fence)s
            """,
            {
                "customer": held.customer_id,
                "service": held.service_id,
                "fence": held.fence,
                "place": held.place_id,
            },
        )


def locked_holder(held: Lease) -> Service:
    """The service, locked, for acting under this lease. Raises `LeaseLost`."""
    service = (
        Service.objects.select_for_update(of=("self",), no_key=True)
        .select_related("server", "subscription")
        .get(customer_id=held.customer_id, id=held.service_id)
    )
    if service.fence != held.fence:
        raise LeaseLost(str(held.service_id))
    return service


def locked_held(held: Lease, job_id: UUID) -> ProvisioningJob:
    """A job of the service as it stands, both locked, for acting under this lease. Raises `LeaseLost`."""
    job = locked_job(held.customer_id, job_id)
    if job.service.fence != held.fence:
        raise LeaseLost(str(held.service_id))
    return job
