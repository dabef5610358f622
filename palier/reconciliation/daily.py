"""Compare every service with its panel once a day, a few at a time."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog

from palier.drivers.errors import PanelError
from palier.provisioning import lease
from palier.provisioning.models import Service
from palier.provisioning.panels import NotConfigured
from palier.reconciliation.queries import across_customers_to_compare
from palier.reconciliation.reconcile import reconcile
from palier.subscriptions.bill_period import House

log = structlog.get_logger()

EVERY = timedelta(days=1)
#: A run takes no more than this; the next one goes on.
A_RUN = 2000


def compare_due(house: House, at: datetime) -> int:
    """How many were compared. A server that cannot be asked is left for later after one try, with all that is on it."""
    silent: set[UUID] = set()
    compared = 0
    for server_id, customer_id, subscription_id in across_customers_to_compare(at - EVERY, A_RUN):
        if server_id in silent:
            continue
        try:
            reconcile(customer_id, subscription_id, house=house, at=at)
        except (PanelError, NotConfigured) as error:
            silent.add(server_id)
            log.warning("server_not_compared", server_id=str(server_id), error=type(error).__name__)
        except (lease.InUse, lease.LeaseLost):
            continue
        else:
            _note(customer_id, subscription_id, at)
            compared += 1
    return compared


def _note(customer_id: UUID, subscription_id: UUID, at: datetime) -> None:
    """Also of what has nothing to compare, so that it does not come first again."""
    Service.objects.filter(customer_id=customer_id, subscription_id=subscription_id).update(compared_at=at)
