"""Compare every service with its panel once a day, a few at a time."""

import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from math import inf
from uuid import UUID

import structlog

from palier.drivers.errors import PanelError
from palier.provisioning import lease
from palier.provisioning.circuit import Down
from palier.provisioning.models import Service
from palier.provisioning.panels import NotConfigured
from palier.reconciliation.queries import across_customers_to_compare
from palier.reconciliation.reconcile import FRESH, reconcile
from palier.subscriptions.bill_period import House

log = structlog.get_logger()

EVERY = timedelta(days=1)
#: A run takes no more than this, and begins nothing after so many seconds; the next one goes on.
A_RUN, RUN_SECONDS = 5000, 240.0


def compare_due(house: House, at: datetime) -> int:
    """How many were compared."""
    due = across_customers_to_compare(at - EVERY, A_RUN)
    return compare_all(due, house=house, at=at, fresh=FRESH, seconds=RUN_SECONDS)


def compare_all(
    services: Iterable[tuple[UUID, UUID, UUID]],
    *,
    house: House,
    at: datetime,
    fresh: timedelta,
    seconds: float = inf,
) -> int:
    """Of (server, customer, subscription), how many were compared; none is begun after so many `seconds`. A server that
    is silent is left alone after one try, with all that is on it; an account that it says no to is left alone by
    itself."""
    silent: set[UUID] = set()
    compared = 0
    ends_at = time.monotonic() + seconds
    for server_id, customer_id, subscription_id in services:
        if time.monotonic() > ends_at:
            break
        ask = partial(reconcile, customer_id, subscription_id, house=house, at=at, fresh=fresh)
        if server_id not in silent and _is_compared(ask, server_id, silent):
            _note(customer_id, subscription_id, at)
            compared += 1
        else:
            _note(customer_id, subscription_id, at - EVERY - timedelta(seconds=1))
    return compared


def _is_compared(ask: Callable[[], object], server_id: UUID, silent: set[UUID]) -> bool:
    try:
        ask()
    except (PanelError, NotConfigured) as error:
        is_silence = isinstance(error, NotConfigured | Down) or error.no_answer
        if is_silence:
            silent.add(server_id)
        log.warning(
            "service_not_compared", server_id=str(server_id), error=type(error).__name__, silence=is_silence
        )
        return False
    except (lease.InUse, lease.LeaseLost):
        return False
    return True


def _note(customer_id: UUID, subscription_id: UUID, compared_at: datetime) -> None:
    """Also of what has nothing to compare, so that it does not come first again. What could not be compared goes to the
    end of those that wait, as if that had been done a day ago: nothing that fails each time holds up the others."""
    Service.objects.filter(customer_id=customer_id, subscription_id=subscription_id).update(
        compared_at=compared_at
    )
