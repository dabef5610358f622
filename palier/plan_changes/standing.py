"""Where services stand: each with its open change, the end that was asked for, what is paid, and the customer's credit.

One statement, however many services.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self, TypedDict
from uuid import UUID

from django.db.models import Exists, F, JSONField, Max, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from palier.core.postings import CREDIT_BALANCE
from palier.core.pricing import Configuration
from palier.core.states import OPEN_CHANGE
from palier.events.prepared import only_one, prepared
from palier.ledger.models import Balance
from palier.plan_changes.models import PlanChange
from palier.provisioning.models import Service
from palier.provisioning.queries import services_of
from palier.subscriptions.models import CancellationRequest, Period, Subscription

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class Annotated(TypedDict):
    """What `standings` adds to a service."""

    open_change: Mapping[str, Any] | None
    ends_on: date | None
    paid_until_on: date | None
    credit: int | None
    owed_since_on: date | None
    has_addons: bool


@dataclass(frozen=True)
class Underway:
    """The open change of a subscription: under way, or scheduled and not set aside."""

    id: UUID
    state: str
    origin: Configuration
    target: Configuration
    takes_effect_on: date
    promised_by: datetime | None
    invoice_id: UUID | None

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Self:
        promised_by, invoice_id = written["promised_by"], written["invoice_id"]
        return cls(
            id=UUID(written["id"]),
            state=written["state"],
            origin=Configuration.from_json(written["origin"]),
            target=Configuration.from_json(written["target"]),
            takes_effect_on=date.fromisoformat(written["takes_effect_on"]),
            promised_by=datetime.fromisoformat(promised_by) if promised_by else None,
            invoice_id=UUID(invoice_id) if invoice_id else None,
        )


@dataclass(frozen=True)
class Standing:
    """A service and what is going on with it. `credit` is in minor units of the subscription's currency,
    `owed_since_on` the day on which the oldest of its unpaid periods was due.
    """

    service: Service
    change: Underway | None
    ends_on: date | None
    paid_until_on: date | None
    credit: int
    owed_since_on: date | None = None
    has_addons: bool = False

    @property
    def subscription(self) -> Subscription:
        subscription: Subscription = self.service.subscription
        return subscription

    def is_overdue(self, on: date) -> bool:
        return self.owed_since_on is not None and self.owed_since_on < on

    def status(self, on: date) -> str:
        """A code of words/statuses.SERVICE: the gravest that holds that day."""
        if self.subscription.state != "active":
            return self.subscription.state
        if self.is_overdue(on):
            return "overdue"
        if self.ends_on is not None:
            return "ending"
        at_work = self.change is not None and self.change.state in ("applying", "needs_person")
        return "changing" if at_work else "active"


def standings(customer_id: UUID) -> "QuerySet[WithAnnotations[Service, Annotated]]":
    """The customer's services, the oldest first, ready for `standing`."""
    of_service = {"customer_id": customer_id, "subscription_id": OuterRef("subscription_id")}
    changes = PlanChange.objects.filter(**of_service, set_aside_by=None, state__in=OPEN_CHANGE)
    requests = CancellationRequest.objects.filter(**of_service, state="requested")
    paid = Period.objects.filter(**of_service, paid_on__isnull=False, until_on__gt=F("start_on"))
    owed = Period.objects.filter(
        **of_service, paid_on=None, invoice__isnull=False, until_on__gt=F("start_on")
    )
    balance = Balance.objects.filter(
        customer_id=customer_id, account=CREDIT_BALANCE, currency=OuterRef("subscription__currency")
    )
    addons = Subscription.objects.filter(
        customer_id=customer_id, addon_of_id=OuterRef("subscription_id")
    ).exclude(state="cancelled")
    return services_of(customer_id).annotate(
        open_change=Subquery(
            changes.values(
                written=JSONObject(
                    id="id",
                    state="state",
                    origin="from_configuration",
                    target="to_configuration",
                    takes_effect_on="takes_effect_on",
                    promised_by="promised_by",
                    invoice_id="invoice_id",
                )
            )[:1],
            output_field=JSONField(),
        ),
        ends_on=Subquery(requests.values("ends_on")[:1]),
        paid_until_on=Subquery(
            paid.order_by().values("subscription_id").annotate(last=Max("until_on")).values("last")
        ),
        credit=Subquery(balance.values("amount")[:1]),
        owed_since_on=Subquery(
            owed.order_by().values("subscription_id").annotate(first=Min("invoice__due_on")).values("first")
        ),
        has_addons=Exists(addons),
    )


def standing(found: "WithAnnotations[Service, Annotated]") -> Standing:
    """One row of `standings`."""
    return Standing(
        service=found,
        change=Underway.from_json(found.open_change) if found.open_change else None,
        ends_on=found.ends_on,
        paid_until_on=found.paid_until_on,
        credit=-(found.credit or 0),
        owed_since_on=found.owed_since_on,
        has_addons=found.has_addons,
    )


def standing_of(customer_id: UUID, subscription_id: UUID) -> Standing:
    """One service by what it is paid by. Raises `Service.DoesNotExist`, for another customer's too."""
    return standing(only_one(_of_subscription(customer_id, subscription_id), Service))


@prepared
def _of_subscription(
    customer_id: UUID, subscription_id: UUID
) -> "QuerySet[WithAnnotations[Service, Annotated]]":
    return standings(customer_id).filter(subscription_id=subscription_id)
