"""Stop what a subscription that is over paid for. Nothing is deleted: a person does that."""

from datetime import datetime

from palier.drivers.panel import Capability
from palier.provisioning.panels import capabilities_of
from palier.provisioning.queries import service_of
from palier.provisioning.queue_job import queue_job
from palier.subscriptions.models import CancellationRequest, Subscription
from palier.work.open_item import open_item


def stop_service(subscription: Subscription, request: CancellationRequest, *, at: datetime) -> None:
    """By its panel, or by a person where no panel can. Nothing is done to one that is gone from its server already."""
    service = service_of(subscription.customer_id, subscription.id)
    if service.ended_at is not None:
        return
    subject = ("cancellation_request", request.id)
    if Capability.SUSPEND in capabilities_of(service.server):
        queue_job(service, "suspend", subject=subject, at=at)
        return
    facts = {"label": subscription.label}
    open_item(
        subscription.customer_id, subject=subject, reason="end_by_hand", facts=facts, promised_by=None, at=at
    )
