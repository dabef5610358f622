"""Renew the leases that this process holds, all of them at once, for as long as they are held.

One thread for the whole process, on a connection of its own: an act is often over before its lease needs renewing, and
a thread for each would cost more than the act.
"""

import os
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import Error, connection

from palier.events.clock import real_now
from palier.events.copy_in import array_of

log = structlog.get_logger()

#: Shorter than a client's patience after a crash. A call to a panel may be longer: meanwhile the lease is renewed.
LEASE = timedelta(seconds=30)
#: In seconds: four misses in a row and a lease is lost.
RENEW_EVERY = 7.0


@dataclass(frozen=True)
class Lease:
    """`place_id` is for an act; `is_suspected` says that its server did not answer when it was last asked."""

    customer_id: UUID
    service_id: UUID
    fence: int
    taken_at: datetime
    place_id: int | None = None
    is_suspected: bool = False


_held: set[Lease] = set()
_news = threading.Condition()
_thread: threading.Thread | None = None


def keep(lease: Lease) -> None:
    """Renew it from now on."""
    global _thread
    with _news:
        _held.add(lease)
        if _thread is None:
            _thread = threading.Thread(target=_renew_until_idle, name="leases", daemon=True)
            _thread.start()


def leave(lease: Lease) -> None:
    """Renew it no more."""
    with _news:
        _held.discard(lease)


def _renew_until_idle() -> None:
    global _thread
    while True:
        with _news:
            _news.wait(RENEW_EVERY)
            mine = sorted(_held, key=lambda lease: lease.service_id)
            if not mine:
                _thread = None
                return
        _renew(mine)


def _renew(mine: list[Lease]) -> None:
    """A database that is away is asked again the next time."""
    try:
        renew(*mine)
    except Error:
        log.warning("lease_not_renewed", service_ids=[str(lease.service_id) for lease in mine])
    finally:
        connection.close()


def renew(*leases: Lease) -> None:
    """Put their ends off. Does nothing for one that was lost."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH renewed AS (
                UPDATE provisioning_service service SET lease_until = %(until)s
                FROM unnest(%(customers)s::uuid[], %(services)s::uuid[], %(fences)s::bigint[])
                    AS mine (customer_id, id, fence)
                WHERE service.customer_id = mine.customer_id AND service.id = mine.id
                AND service.fence = mine.fence AND service.lease_until IS NOT NULL
                RETURNING service.id, service.fence
            )
            UPDATE provisioning_place place SET lease_until = %(until)s FROM renewed
            WHERE place.service_id = renewed.id AND place.fence = renewed.fence AND place.lease_until IS NOT NULL
            """,
            {
                "until": real_now() + LEASE,
                "customers": array_of(lease.customer_id for lease in leases),
                "services": array_of(lease.service_id for lease in leases),
                "fences": array_of(lease.fence for lease in leases),
            },
        )


def _alone_after_fork() -> None:
    """A child has no threads, and none of the leases of its parent."""
    global _thread, _news
    _held.clear()
    _thread, _news = None, threading.Condition()


os.register_at_fork(after_in_child=_alone_after_fork)
