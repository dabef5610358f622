"""Ask a panel how a service stands, and keep the answer."""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.core.cache import caches
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from palier.drivers.errors import NotThere, PanelError
from palier.drivers.panel import Capability, State
from palier.provisioning import lease
from palier.provisioning.circuit import watched
from palier.provisioning.keep_state import keep_state
from palier.provisioning.models import Service
from palier.provisioning.panels import NotConfigured, capabilities_of, panel_of
from palier.provisioning.queries import service_of

log = structlog.get_logger()

#: The queue's name for "refresh this service's measures"; batch/ defines the task.
INSPECT = "palier.inspect"

#: A measure younger than this answers a client's page without asking the panel again.
FRESH = timedelta(minutes=5)


def inspect(service: Service, at: datetime) -> State:
    """What the panel says now, kept. Raises the panel's errors, or `lease.InUse`; that an account is not there is kept
    too."""
    with lease.leased(service.customer_id, service.id) as held:
        try:
            with watched(service.server_id):
                state = panel_of(service.server).inspect(service.panel_account)
        except NotThere:
            # Unless another has taken the lease meanwhile: it may have made the account.
            mine = {"customer_id": service.customer_id, "id": service.id, "fence": held.fence}
            Service.objects.filter(**mine).update(missing_at=at)
            raise
        with transaction.atomic():
            keep_state(lease.locked_holder(held), state, at)
    return state


def can_be_inspected(service: Service) -> bool:
    return Capability.INSPECT in capabilities_of(service.server)


def is_stale(service: Service, at: datetime) -> bool:
    """Have the measures grown old?"""
    return service.inspected_at is None or at - service.inspected_at > FRESH


def inspect_if_stale(customer_id: UUID, subscription_id: UUID, at: datetime) -> None:
    """Refresh a service whose measures have grown old. Call it outside a request.

    A panel that cannot be asked now leaves the old measures, with their age: nobody waits for this one.
    """
    service = service_of(customer_id, subscription_id)
    if not (can_be_inspected(service) and is_stale(service, at)):
        return
    try:
        inspect(service, at)
    except (PanelError, NotConfigured, lease.InUse, lease.LeaseLost) as error:
        log.warning("measures_not_refreshed", service_id=str(service.id), error=type(error).__name__)


def queue_inspection(service: Service) -> None:
    """Have a worker refresh it: once, however many pages ask, and not more than once a minute for each process."""
    if not caches["local"].add(f"{INSPECT}:{service.id}", True, 60):
        return
    task = app.configure_task(INSPECT, queueing_lock=f"{INSPECT}:{service.id}")
    with suppress(AlreadyEnqueued):
        task.defer(customer_id=str(service.customer_id), subscription_id=str(service.subscription_id))
