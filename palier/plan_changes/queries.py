"""Reading plan changes."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from uuid import UUID

from django.db.models import Case, Q, QuerySet, Value, When

from palier.catalog.snapshot import Catalog
from palier.core.states import OPEN_CHANGE
from palier.events.models import Event
from palier.plan_changes.models import PlanChange
from palier.subscriptions.models import Subscription
from palier.subscriptions.queries import locked


def locked_change(customer_id: UUID, change_id: UUID) -> tuple[PlanChange, Subscription]:
    """The change and its subscription, both locked, the subscription first. Raises `PlanChange.DoesNotExist`."""
    changes = PlanChange.objects.filter(customer_id=customer_id, id=change_id)
    subscription_id = changes.values_list("subscription_id", flat=True).get()
    subscription = locked(customer_id, subscription_id)
    change = changes.select_for_update(of=("self",)).get()
    change.subscription = subscription  # one row, and one copy of it
    return change, subscription


def changes_of(customer_id: UUID, subscription_id: UUID) -> QuerySet[PlanChange]:
    """A subscription's changes, newest first."""
    changes = PlanChange.objects.filter(customer_id=customer_id, subscription_id=subscription_id)
    return changes.order_by("-accepted_at", "-id")


def change_of(customer_id: UUID, change_id: UUID) -> PlanChange:
    """Raises `PlanChange.DoesNotExist`, for another customer's too."""
    changes = PlanChange.objects.select_related("subscription", "invoice", "accepted_by")
    return changes.get(customer_id=customer_id, id=change_id)


def sentence_of_undo(change: PlanChange) -> str:
    """What our team wrote to the client when it undid or refused the change; empty when it wrote nothing."""
    kinds = ("plan_change.reversed", "plan_change.cancelled")
    undone = Event.objects.filter(customer_id=change.customer_id, subject_id=change.id, kind__in=kinds)
    return undone.values_list("facts__said", flat=True).first() or ""


def open_change_of(customer_id: UUID, subscription_id: UUID) -> PlanChange | None:
    return changes_of(customer_id, subscription_id).filter(state__in=OPEN_CHANGE, set_aside_by=None).first()


def scheduled_change_of(customer_id: UUID, subscription_id: UUID) -> PlanChange | None:
    """The one that waits for its renewal; not one that is set aside."""
    return changes_of(customer_id, subscription_id).filter(state="scheduled", set_aside_by=None).first()


def across_customers_arriving(server_code: str, catalog: Catalog) -> int:
    """How many open changes lead to a plan whose services live on that server, sold there still or not."""
    products = [product for product in catalog.products.values() if product.server_code == server_code]
    plans = [plan.code for product in products for plan in product.plans]
    if not plans:
        return 0
    return PlanChange.objects.filter(state__in=OPEN_CHANGE, to_configuration__plan__in=plans).count()


def across_customers_expired(at: datetime) -> Iterator[tuple[UUID, UUID]]:
    """(customer, change) of every change whose time to be paid has passed."""
    changes = PlanChange.objects.filter(state="awaiting_payment", expires_at__lte=at)
    return iter(changes.order_by("expires_at").values_list("customer_id", "id"))


def across_customers_scheduled(until_on: date) -> Iterator[PlanChange]:
    """Every scheduled change that takes effect on that day or before, those set aside left out."""
    changes = PlanChange.objects.filter(
        Q(set_aside_by=None), state="scheduled", takes_effect_on__lte=until_on
    )
    return iter(changes.select_related("subscription").order_by("takes_effect_on", "id"))


def latest_changes_of(customer_id: UUID) -> QuerySet[PlanChange]:
    """A customer's changes with their subscriptions, those that are open first, then the newest."""
    changes = PlanChange.objects.filter(customer_id=customer_id).select_related("subscription")
    is_over = Case(When(state__in=sorted(OPEN_CHANGE), then=Value(0)), default=Value(1))
    return changes.order_by(is_over, "-accepted_at", "-id")


def across_customers_changes(ids: Collection[UUID]) -> dict[UUID, PlanChange]:
    """Some changes by id, with their subscriptions: for the staff queue."""
    changes = PlanChange.objects.filter(id__in=ids).select_related("subscription")
    return {change.id: change for change in changes}
