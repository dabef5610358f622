"""Reading subscriptions and their periods."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, TypedDict
from uuid import UUID

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from palier.billing.models import CreditNoteLine, InvoiceLine
from palier.people.models import Customer, Member
from palier.subscriptions.models import CancellationRequest, Period, Subscription

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class Billed(TypedDict):
    """What `periods_billed` adds to a period, in minor units: the lines of its invoices as priced and before tax, and
    what credit notes gave back of them before tax."""

    billed: int
    billed_net: int
    credited_net: int


def locked(customer_id: UUID, subscription_id: UUID) -> Subscription:
    """The subscription, locked until the transaction ends: one act on it at a time. Raises `DoesNotExist`.

    Its add-ons are locked with it, in one order: whoever ends them with it has them before any account or invoice.
    """
    its_own = Q(id=subscription_id) | Q(addon_of_id=subscription_id)
    found = (
        Subscription.objects.filter(its_own, customer_id=customer_id)
        .select_for_update(of=("self",))
        .select_related("customer")
        .order_by("id")
    )
    subscriptions = {subscription.id: subscription for subscription in found}
    if subscription_id not in subscriptions:
        raise Subscription.DoesNotExist(str(subscription_id))
    return subscriptions[subscription_id]


def periods_from(customer_id: UUID, subscription_id: UUID, on: date) -> list[Period]:
    """The periods that are not over on that day, paid or not, in order."""
    return list(real_periods(customer_id, subscription_id).filter(until_on__gt=on).order_by("start_on"))


def periods_billed(
    customer_id: UUID, subscription_id: UUID, on: date
) -> "QuerySet[WithAnnotations[Period, Billed]]":
    """The periods not over on that day, in order, each with what it was billed and credited."""
    return periods_billed_of(customer_id, [subscription_id], on)


def periods_billed_of(
    customer_id: UUID, subscription_ids: Sequence[UUID], on: date
) -> "QuerySet[WithAnnotations[Period, Billed]]":
    """The same, of several subscriptions."""
    wanted = {
        "customer_id": customer_id,
        "subscription_id": OuterRef("subscription_id"),
        "start_on": OuterRef("billed_from_on"),
    }
    billed = InvoiceLine.objects.filter(**wanted).order_by().values("subscription_id")
    credited = CreditNoteLine.objects.filter(**wanted).order_by().values("subscription_id")
    return (
        Period.objects.filter(
            customer_id=customer_id, subscription_id__in=subscription_ids, until_on__gt=F("start_on")
        )
        .filter(until_on__gt=on)
        .annotate(
            billed=Coalesce(Subquery(billed.annotate(sum=Sum("amount")).values("sum")), 0),
            billed_net=Coalesce(Subquery(billed.annotate(sum=Sum("net")).values("sum")), 0),
            credited_net=Coalesce(Subquery(credited.annotate(sum=Sum("amount")).values("sum")), 0),
        )
        .order_by("start_on")
    )


def addons_of(customer_id: UUID, subscription_id: UUID) -> QuerySet[Subscription]:
    """What was added to a subscription and is not over, the oldest first."""
    addons = Subscription.objects.filter(customer_id=customer_id, addon_of_id=subscription_id)
    return addons.exclude(state="cancelled").select_related("customer").order_by("id")


def last_period(customer_id: UUID, subscription_id: UUID) -> Period | None:
    """The latest period billed, paid or not."""
    return real_periods(customer_id, subscription_id).order_by("-until_on").first()


def real_periods(customer_id: UUID, subscription_id: UUID) -> QuerySet[Period]:
    """Those with days in them: a restart on its first day, or a bill issued again, leaves one without."""
    return Period.objects.filter(
        customer_id=customer_id, subscription_id=subscription_id, until_on__gt=F("start_on")
    )


def cancellation_of(customer_id: UUID, subscription_id: UUID) -> CancellationRequest | None:
    """The open request to end it."""
    requests = CancellationRequest.objects.filter(
        customer_id=customer_id, subscription_id=subscription_id, state="requested"
    )
    return requests.first()


def ends_on_of(subscription: Subscription) -> date | None:
    """The day on which it ends, as was asked for: of an add-on, with its service if that is sooner."""
    requests = CancellationRequest.objects.filter(
        customer_id=subscription.customer_id,
        subscription_id__in=[one for one in (subscription.id, subscription.addon_of_id) if one],
        state="requested",
    )
    first: date | None = requests.aggregate(first=Min("ends_on"))["first"]
    return first


def across_customers_to_end(on: date) -> Iterator[tuple[UUID, UUID]]:
    """(customer, subscription) of every cancellation that falls on that day or before."""
    requests = CancellationRequest.objects.filter(state="requested", ends_on__lte=on).order_by(
        "ends_on", "id"
    )
    return iter(requests.values_list("customer_id", "subscription_id"))


def ends_of(periods: Iterable[Period]) -> date | None:
    """The end of the last paid period."""
    return max((period.until_on for period in periods if period.is_paid), default=None)


def across_customers_matching(text: str) -> QuerySet[Customer]:
    """The customers whose name, a member's address, or a service's name holds the text, by name; all, for none."""
    customers = Customer.objects.order_by("name", "id")
    if not text:
        return customers
    members = Member.objects.filter(customer_id=OuterRef("id"), user__email__icontains=text)
    services = Subscription.objects.filter(customer_id=OuterRef("id"), label__icontains=text)
    return customers.filter(Q(name__icontains=text) | Exists(members) | Exists(services))
