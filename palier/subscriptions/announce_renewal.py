"""Announce a renewal ahead of time, where the law of the customer asks for it: once for each renewal."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from palier.catalog.law import LawProfile
from palier.core.periods import billing_date
from palier.events.record import record
from palier.subscriptions.bill_period import House
from palier.subscriptions.models import CancellationRequest, Period, Subscription
from palier.subscriptions.next_renewal import next_renewal
from palier.subscriptions.queries import last_period, locked


def across_customers_to_announce(on: date, house: House) -> Iterator[tuple[UUID, UUID]]:
    """(customer, subscription) of every renewal that a law profile wants announced by that day, and that was not.

    A narrower profile may say otherwise for some of them: `announce_renewal` has the last word.
    """
    for law in house.catalog.laws:
        if law.renewal_notice is not None and law.valid_from <= on:
            yield from _under(law, on).values_list("customer_id", "id")


def _under(law: LawProfile, on: date) -> QuerySet[Subscription]:
    notice = law.renewal_notice
    assert notice is not None
    periods = Period.objects.filter(
        customer_id=OuterRef("customer_id"), subscription_id=OuterRef("id"), until_on__gt=F("start_on")
    )
    ending = periods.filter(
        until_on__gt=on,
        until_on__lte=on + timedelta(notice.days),
        cycle_days__gt=notice.longer_than_days,
        paid_on__isnull=False,
    )
    later = periods.filter(until_on__gt=on + timedelta(notice.days))
    told_on = OuterRef("announced_renewal_on")
    untold = ending.filter(Q(until_on__lt=told_on) | Q(until_on__gt=told_on))
    ends = CancellationRequest.objects.filter(
        customer_id=OuterRef("customer_id"), subscription_id=OuterRef("id"), state="requested"
    )
    going_on = Subscription.objects.filter(
        ~Q(state="cancelled"), ~Exists(later), ~Exists(ends), price__gt=0, **_customers_of(law)
    )
    to_tell = Q(Exists(ending), announced_renewal_on=None) | Exists(untold)
    return going_on.filter(to_tell).order_by("customer_id", "id")


def _customers_of(law: LawProfile) -> dict[str, str]:
    country, _, region = law.jurisdiction.partition("-")
    wanted = {"customer__kind": law.customers, "customer__country": country, "customer__region": region}
    return {name: value for name, value in wanted.items() if value}


@transaction.atomic
def announce_renewal(customer_id: UUID, subscription_id: UUID, *, house: House, at: datetime) -> bool:
    """Say that it renews, on which day and for how much; False when nothing is to be announced, or was already."""
    subscription = locked(customer_id, subscription_id)
    on = billing_date(at, house.provider.zone)
    customer, last = subscription.customer, last_period(customer_id, subscription_id)
    notice = house.catalog.law_of(customer.kind, customer.jurisdiction, on).renewal_notice
    renewal = next_renewal(subscription, house=house, on=on)
    if notice is None or last is None or renewal is None or renewal.on != last.until_on:
        return False
    is_due = last.cycle_days > notice.longer_than_days and (renewal.on - on).days <= notice.days
    if not is_due or not renewal.total.minor or subscription.announced_renewal_on == renewal.on:
        return False
    subscription.announced_renewal_on = renewal.on
    subscription.save(update_fields=["announced_renewal_on"])
    record(
        "subscription.renewal_announced",
        subject=("subscription", subscription.id),
        customer_id=customer_id,
        at=at,
        facts={
            "renews_on": renewal.on.isoformat(),
            "total": renewal.total.minor,
            "currency": renewal.total.currency,
        },
    )
    return True
