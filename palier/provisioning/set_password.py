"""Change the password of a service. It goes to the panel and nowhere else: never stored, shown again or logged."""

from datetime import datetime

from django.db import transaction

from palier.events.record import Actor, record
from palier.provisioning import lease
from palier.provisioning.circuit import watched
from palier.provisioning.line import call
from palier.provisioning.models import Service
from palier.provisioning.panels import panel_of


def set_password(service: Service, password: str, *, by: Actor, at: datetime) -> None:
    """Raises the panel's errors (of which `Unknown` may have changed it), or `lease.InUse`."""
    with (
        lease.leased(service.customer_id, service.id, acting=True) as held,
        watched(service.server_id, is_suspected=held.is_suspected),
    ):
        panel_of(service.server).set_password(service.panel_account, password)
    call(service.server_id)
    with transaction.atomic():
        record(
            "service.password_changed",
            subject=("service", service.id),
            customer_id=service.customer_id,
            stream_id=service.subscription_id,
            at=at,
            actor=by,
        )
