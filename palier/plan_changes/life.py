"""A service with its life so far: what happened to it, by whom, with which invoice. One statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, JSONField, OuterRef, QuerySet, Subquery, UUIDField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, JSONObject

from palier.billing.models import Invoice, PaymentMethod
from palier.events.models import Event
from palier.events.prepared import only_one, prepared
from palier.people.models import User
from palier.plan_changes.models import PlanChange
from palier.plan_changes.standing import Standing, standing, standings
from palier.provisioning.models import Service
from palier.subscriptions.models import Period
from palier.words.history import HISTORY

#: As much of the past as a page shows.
RECENT = 20


@dataclass(frozen=True)
class Happening:
    """An event of a subscription's stream. `from_plan` and `to_plan` are codes, of a change; `by` is a name."""

    kind: str
    at: datetime
    facts: Mapping[str, Any]
    by: str = ""
    from_plan: str = ""
    to_plan: str = ""
    invoice_id: UUID | None = None
    invoice_number: str = ""

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Self:
        change, invoice = written["change"] or {}, written["invoice"] or written["period_invoice"] or {}
        return cls(
            kind=written["kind"],
            at=datetime.fromisoformat(written["at"]),
            facts=written["facts"],
            by=written["by"] or "",
            from_plan=change.get("from", ""),
            to_plan=change.get("to", ""),
            invoice_id=UUID(invoice["id"]) if invoice.get("id") else None,
            invoice_number=invoice.get("number") or "",
        )


@dataclass(frozen=True)
class Life:
    """`happenings` are the latest first; `payment_method` is the label of the one that renewals are paid with."""

    standing: Standing
    happenings: tuple[Happening, ...]
    payment_method: str


def life_of(customer_id: UUID, subscription_id: UUID) -> Life:
    """The service and the events that are told of it. Raises `Service.DoesNotExist`, for another customer's too."""
    found = only_one(_of_subscription(customer_id, subscription_id), Service)
    return Life(
        standing(found),
        tuple(Happening.from_json(written) for written in found.happenings),
        found.method or "",
    )


@prepared
def _of_subscription(customer_id: UUID, subscription_id: UUID) -> QuerySet[Any]:
    methods = PaymentMethod.objects.filter(customer_id=customer_id, removed_at=None, is_default=True)
    found = standings(customer_id).filter(subscription_id=subscription_id)
    return found.annotate(
        happenings=ArraySubquery(_happenings(customer_id)),
        method=Subquery(methods.values("label")[:1]),
    )


def _happenings(customer_id: UUID) -> QuerySet[Any, Any]:
    changes = PlanChange.objects.filter(customer_id=customer_id, id=OuterRef("subject_id"))
    invoices = Invoice.objects.filter(customer_id=customer_id, id=OuterRef("in_invoice"))
    periods = Period.objects.filter(customer_id=customer_id, id=OuterRef("in_period"))
    events = Event.objects.filter(
        customer_id=customer_id, stream_id=OuterRef("subscription_id"), kind__in=sorted(HISTORY)
    ).annotate(
        in_invoice=Cast(KT("facts__invoice"), UUIDField()), in_period=Cast(KT("facts__period"), UUIDField())
    )
    plans = {"from": KT("from_configuration__plan"), "to": KT("to_configuration__plan")}
    return events.order_by("-version").values(
        written=JSONObject(
            kind="kind",
            at="at",
            facts="facts",
            by=Subquery(User.objects.filter(id=OuterRef("actor_id")).values("name")),
            change=_one(changes, **plans),
            invoice=_one(invoices, id=F("id"), number=F("number")),
            period_invoice=_one(periods, id=F("invoice_id"), number=F("invoice__number")),
        )
    )[:RECENT]


def _one(rows: QuerySet[Any], **named: Any) -> Subquery:
    return Subquery(rows.values(written=JSONObject(**named))[:1], output_field=JSONField())
