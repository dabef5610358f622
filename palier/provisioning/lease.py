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
from palier.provisioning.models import Place, Server, Service
from palier.provisioning.places import PLACES
from palier.provisioning.queries import JOB_AND_SERVICE


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
        why = why_not(customer_id, service_id)
        if isinstance(why, Full):
            if acting:
                furnish(why.server_id)
            found = _taken(customer_id, service_id, acting)
        if found is None:
            raise why
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

#: Of a WITH, after `found` with the customer_id, service_id, server_id and next fence of one service that is nobody's
#: and is locked: it is leased (`service`), if there is a place free at its server (`place`).
LEASED = f"""
    free AS MATERIALIZED (
        SELECT place.id, circuit.server_id IS NOT NULL AS is_suspected
        FROM found
        JOIN provisioning_server server ON server.id = found.server_id
        JOIN provisioning_place place ON place.server_id = server.id
        LEFT JOIN provisioning_circuit circuit ON circuit.server_id = server.id
        WHERE (place.lease_until IS NULL OR place.lease_until <= %(now)s) AND place.number <= {PLACES}
        ORDER BY place.number LIMIT 1
        FOR NO KEY UPDATE OF place SKIP LOCKED
    ), place AS (
        UPDATE provisioning_place place
        SET lease_until = %(until)s, service_id = found.service_id, fence = found.fence
        FROM found, free WHERE place.id = free.id
        RETURNING place.id, free.is_suspected
    ), service AS (
        UPDATE provisioning_service service SET lease_until = %(until)s, fence = found.fence
        FROM found, place WHERE service.customer_id = found.customer_id AND service.id = found.service_id
        RETURNING service.*
    )
"""  # noqa: S608 -- ours

_ACT = f"""
    WITH found AS MATERIALIZED (
        SELECT customer_id, id AS service_id, server_id, fence + 1 AS fence FROM provisioning_service
        WHERE customer_id = %(customer)s AND id = %(service)s AND (lease_until IS NULL OR lease_until <= %(now)s)
        FOR NO KEY UPDATE
    ), {LEASED}
    SELECT service.fence, place.id, place.is_suspected FROM service, place
"""  # noqa: S608 -- ours


def _taken(customer_id: UUID, service_id: UUID, acting: bool) -> Lease | None:
    now = real_now()
    with connection.cursor() as cursor:
        cursor.execute(
            _ACT if acting else _LOOK,
            {"customer": customer_id, "service": service_id, "now": now, "until": now + LEASE},
        )
        row = cursor.fetchone()
    return Lease(customer_id, service_id, row[0], now, row[1], row[2]) if row else None


def why_not(customer_id: UUID, service_id: UUID) -> InUse | Down:
    """Why there was none, as things stand now."""
    service = Service.objects.only("server_id", "lease_until").get(customer_id=customer_id, id=service_id)
    if service.lease_until is not None and service.lease_until > real_now():
        return InUse(str(service_id))
    return down(service.server_id) or Full(service.server_id)


def furnish(server_id: UUID) -> None:
    """Make the places that the server may have and has not yet. Whoever found none tries once more after it: another
    may have made them at the same moment."""
    at_once = Server.objects.values_list("at_once", flat=True).get(id=server_id)
    if Place.objects.filter(server_id=server_id, number__lte=at_once).count() < at_once:
        places = [Place(server_id=server_id, number=number) for number in range(1, at_once + 1)]
        Place.objects.bulk_create(places, ignore_conflicts=True)


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


def locked_held(held: Lease, job_id: UUID) -> str:
    """The state of a job of the service, both locked, for acting under this lease. Raises `LeaseLost`."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT job.state, service.fence FROM {JOB_AND_SERVICE}
            WHERE job.customer_id = %s AND job.id = %s
            FOR NO KEY UPDATE OF job, service
            """,  # noqa: S608 -- ours
            [held.customer_id, job_id],
        )
        state, fence = cursor.fetchone()
    if fence != held.fence:
        raise LeaseLost(str(held.service_id))
    return str(state)
