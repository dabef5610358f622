"""The subscriptions that are due for a renewal: found, locked, and read by the chunk."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from palier.core.renewal import Agreement
from palier.events.copy_in import array_of
from palier.people.models import Customer
from palier.subscriptions.models import Period, Subscription

Key = tuple[UUID, UUID]

#: What a bill never depends on, and what tells one customer from another: such texts are marks when one is thought.
_NOT_READ = {
    *("id", "customer_id", "price", "started_on", "ended_on", "announced_renewal_on", "price_rises"),
    *("joined_on", "vat_checked_on"),
}
SUBSCRIPTION_TEXTS = ("label",)
CUSTOMER_TEXTS = ("name", "street", "city", "postal_code")


def across_customers_due(until_on: date) -> QuerySet[Subscription]:
    """Every living subscription whose billed periods end on that day or before.

    One that a restart holds up is left out: it is billed when that is over. Each subscription costs one look into an
    index, however long its history.
    """
    billed = Period.objects.filter(
        customer_id=OuterRef("customer_id"), subscription_id=OuterRef("id"), until_on__gt=F("start_on")
    )
    going_on = Subscription.objects.filter(~Q(state="cancelled"), renewal_held=False)
    return going_on.filter(~Exists(billed.filter(until_on__gt=until_on)), Exists(billed))


def across_customers_next(due: QuerySet[Subscription], after: Key | None, size: int) -> list[Key]:
    """The next of those due, by key."""
    if after is not None:
        customer_id, subscription_id = after
        due = due.filter(
            Q(customer_id__gte=customer_id), ~Q(customer_id=customer_id, id__lte=subscription_id)
        )
    return list(due.order_by("customer_id", "id").values_list("customer_id", "id")[:size])


def across_customers_take(due: QuerySet[Subscription], after: Key | None, size: int) -> list[Key]:
    """The same, locked until the transaction ends. What others have locked is passed over."""
    return across_customers_next(due.select_for_update(skip_locked=True, of=("self",)), after, size)


def across_customers_locked(keys: Sequence[Key]) -> list[Key]:
    """These, one after the other, as soon as nobody else has them."""
    found = Subscription.objects.filter(
        customer_id__in={key[0] for key in keys}, id__in=[key[1] for key in keys]
    )
    locked = found.select_for_update(of=("self",)).order_by("customer_id", "id")
    return list(locked.values_list("customer_id", "id"))


@dataclass(frozen=True, slots=True)
class Due:
    """One of them as it was read: `like` is all that its bill depends on, `texts` what is its own.

    One `is_apart` when its bill depends on rows of its own besides: a customer's exemptions from taxes.
    """

    customer_id: UUID
    subscription_id: UUID
    agreement: Agreement
    anchor_on: date
    is_apart: bool
    texts: tuple[str, ...]
    like: tuple[Any, ...]


def across_customers_read(keys: Sequence[Key]) -> list[Due]:
    """What a chunk's bills depend on, read once they are locked: what another worker billed meanwhile is seen."""
    with connection.cursor() as cursor:
        cursor.execute(_read(), [array_of(key[0] for key in keys), array_of(key[1] for key in keys)])
        rows = cursor.fetchall()
    texts = 8 + len(SUBSCRIPTION_TEXTS + CUSTOMER_TEXTS)
    return [
        Due(
            customer_id=row[0],
            subscription_id=row[1],
            agreement=Agreement(row[2], is_over=row[3] == "cancelled", is_held=row[4], ends_on=row[5]),
            anchor_on=row[6],
            is_apart=row[7],
            texts=row[8:texts],
            like=row[texts:],
        )
        for row in rows
    ]


def without_pending(due: Due) -> Due:
    """The same once what waited for its next invoice is billed."""
    columns = [field.attname for field in like_fields(Subscription)]
    like = list(due.like)
    like[columns.index("pending")] = "[]"
    return replace(due, like=tuple(like))


def across_customers_not_pending_any_more(subscription_ids: Sequence[UUID]) -> None:
    """Their invoices have what waited for them. The caller has locked them."""
    Subscription.objects.filter(id__in=subscription_ids).update(pending=[])


@cache
def _read() -> str:
    texts = [f"s.{name}" for name in SUBSCRIPTION_TEXTS] + [f"c.{name}" for name in CUSTOMER_TEXTS]
    like = [f"s.{_as_read(field)}" for field in like_fields(Subscription)]
    like += [f"c.{_as_read(field)}" for field in like_fields(Customer)]
    return f"""
        SELECT s.customer_id, s.id, last.until_on, s.state, s.renewal_held, request.ends_on,
               s.anchor_on, c.has_exemptions,
               {", ".join(texts + like)}
        FROM unnest(%s::uuid[], %s::uuid[]) AS key (customer_id, id)
        JOIN subscriptions_subscription s USING (customer_id, id)
        JOIN people_customer c ON c.id = s.customer_id
        CROSS JOIN LATERAL (
            SELECT max(until_on) AS until_on FROM subscriptions_period
            WHERE customer_id = s.customer_id AND subscription_id = s.id AND until_on > start_on
        ) AS last
        CROSS JOIN LATERAL (
            SELECT min(ends_on) AS ends_on FROM subscriptions_cancellationrequest
            WHERE customer_id = s.customer_id AND subscription_id IN (s.id, s.addon_of_id) AND state = 'requested'
        ) AS request
        ORDER BY s.customer_id, s.id
    """  # noqa: S608 -- the columns are ours


@cache
def like_fields(model: type[models.Model]) -> tuple["models.Field[Any, Any]", ...]:
    """The columns that a bill may depend on."""
    left_out = {*_NOT_READ, *SUBSCRIPTION_TEXTS, *CUSTOMER_TEXTS, "anchor_on", "state", "renewal_held"}
    return tuple(field for field in model._meta.concrete_fields if field.column not in left_out)


def _as_read(field: "models.Field[Any, Any]") -> str:
    """A column's value as it can be compared: JSON as text."""
    return f"{field.column}::text" if isinstance(field, models.JSONField) else str(field.column)
