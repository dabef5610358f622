"""Ask a panel how a service stands, and keep the answer."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from palier.drivers.panel import Capability, State
from palier.provisioning import lease
from palier.provisioning.keep_state import keep_state
from palier.provisioning.models import Service
from palier.provisioning.panels import panel_of
from palier.provisioning.queries import service_of

#: A measure younger than this answers a client's page without asking the panel again.
FRESH = timedelta(minutes=15)


def inspect(service: Service, at: datetime) -> State:
    """What the panel says now, kept. Raises the panel's errors, or `lease.InUse`."""
    with lease.leased(service.customer_id, service.id) as fence:
        state = panel_of(service.server).inspect(service.panel_account)
        with transaction.atomic():
            keep_state(lease.locked_holder(service.customer_id, service.id, fence), state, at)
    return state


def can_be_inspected(service: Service) -> bool:
    return Capability.INSPECT in panel_of(service.server).capabilities


def inspect_if_stale(customer_id: UUID, subscription_id: UUID, at: datetime) -> None:
    """Refresh a service whose measures have grown old. Call it outside a request."""
    service = service_of(customer_id, subscription_id)
    if can_be_inspected(service) and (service.inspected_at is None or at - service.inspected_at > FRESH):
        inspect(service, at)
