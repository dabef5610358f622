"""Finish a change that the panel, or the person who did it, has confirmed."""

from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Coalesce

from palier.billing.models import CreditNoteLine, InvoiceLine
from palier.core.money import round_half_up
from palier.core.periods import billing_date
from palier.core.proration import (
    PaidPeriod,
    ended,
    held_after,
    held_after_refund,
    restarted,
)
from palier.core.quote import Quote
from palier.core.states import PLAN_CHANGE
from palier.core.tax import still_priced
from palier.events.record import SYSTEM, Actor, record
from palier.plan_changes.end_addon import end_addons
from palier.plan_changes.give_back import give_back, late_facts
from palier.plan_changes.models import PlanChange
from palier.plan_changes.queries import locked_change
from palier.provisioning.models import Server, Service
from palier.provisioning.queries import service_of
from palier.subscriptions.bill_period import House
from palier.subscriptions.codes import give_back_code
from palier.subscriptions.models import Period, Subscription
from palier.subscriptions.queries import real_periods
from palier.work.queries import open_item_about
from palier.work.take import close


@transaction.atomic
def finish(
    customer_id: UUID, change_id: UUID, *, house: House, at: datetime, by: Actor = SYSTEM
) -> PlanChange:
    """Switch configuration and price, raise what is held, give back the days it was late, end the add-ons that go with
    it, and say that it is done.

    Does nothing unless the change is being applied or is with a person: it may be called any number of times.
    """
    change, subscription = locked_change(customer_id, change_id)
    if change.state not in ("applying", "needs_person"):
        return change
    PLAN_CHANGE.check(change.state, "done")
    on = billing_date(at, house.provider.zone)
    quote = change.quoted
    billed = real_periods(customer_id, subscription.id).filter(until_on__gt=min(change.on, on))
    periods = list(billed.order_by("start_on"))
    notes = give_back(change, quote, periods, house=house, on=on, at=at)
    paid = [period for period in periods if period.is_paid]
    end_addons(change, quote, house=house, on=on, at=at)
    if change.restarts:
        _restart(change, quote, subscription, paid, on)
    else:
        _hold(change, quote, paid, on)
    _switch(change, quote, subscription)
    _settle_on_server(change, house)
    _drop_set_aside(change, at)
    item = open_item_about(customer_id, ("plan_change", change.id), lock=True)
    if item is not None:
        close(item, state="done", by=by, at=at)
    change.state, change.ended_at = "done", at
    change.save(update_fields=["state", "ended_at", "raised"])
    record(
        "plan_change.done",
        subject=("plan_change", change.id),
        customer_id=customer_id,
        stream_id=subscription.id,
        at=at,
        actor=by,
        facts=late_facts(notes),
    )
    return change


def _hold(change: PlanChange, quote: Quote, periods: list[Period], on: date) -> None:
    """The level is held, with its unit prices, for the days left of every period that was paid for it: those the
    quote counted, and those billed at the target since."""
    current = [
        period
        for period in periods
        if period.until_on > on
        and (period.start_on < change.paid_until_on or period.configuration == change.to_configuration)
    ]
    before = [period.held for period in current]
    after = held_after(before, change.price, on, quote.billed_part)
    if quote.returned:
        after = held_after_refund(before, change.price, quote.origin_price, on)
    change.raised = {
        str(period.id): [now.held_price - was.held_price, now.paid_price - was.paid_price]
        for period, was, now in zip(current, before, after, strict=True)
        if now.held_price > was.held_price
    }
    _write(current, after, change)


def _write(periods: list[Period], held: tuple[PaidPeriod, ...], change: PlanChange) -> None:
    for period, now in zip(periods, held, strict=True):
        period.until_on, period.held_price, period.paid_price = now.until_on, now.held_price, now.paid_price
        period.agreed = {**period.agreed, **change.agreed}
    Period.objects.bulk_update(periods, ["until_on", "held_price", "paid_price", "agreed"])


def _restart(
    change: PlanChange, quote: Quote, subscription: Subscription, periods: list[Period], on: date
) -> None:
    """The old periods end today and a full new one begins, counted from today."""
    _write(periods, ended([period.held for period in periods], on), change)
    new = restarted(on, change.target.cycle, change.price, quote.extra_days, quote.billed_price)
    period = Period.objects.create(
        customer_id=change.customer_id,
        subscription=subscription,
        start_on=new.start_on,
        billed_from_on=change.on,
        until_on=new.until_on,
        cycle_days=new.cycle_days,
        price=change.price,
        billed_price=quote.billed_price,
        configuration=change.to_configuration,
        held_price=new.held_price,
        paid_price=new.paid_price,
        carried_in=_carried_in(change, quote, new.cycle_days),
        agreed=change.agreed,
        invoice_id=change.invoice_id,
        paid_on=on,
    )
    # What was carried into it was paid by others than this change's payment.
    own = Fraction(change.net_due, change.price) if change.price else Fraction(0)
    change.raised = {
        str(period.id): [round_half_up(new.held_price * own), round_half_up(new.paid_price * own)]
    }
    subscription.anchor_on = new.until_on if quote.extra_days else on


def _carried_in(change: PlanChange, quote: Quote, cycle_days: int) -> int:
    """What the new period brought along: of its cycle, and of the days beyond that a leftover bought, at what such a
    day is billed. Lines of a period that began on the very day name the new one too, and are counted there."""
    beyond = round_half_up(Fraction(quote.billed_price * quote.extra_days, cycle_days))
    return max(0, quote.billed_price - change.net_due + beyond - _named_alike(change))


def _named_alike(change: PlanChange) -> int:
    """What lines about a period of the same first day still hold, as priced."""
    about = {
        "customer_id": change.customer_id,
        "subscription_id": change.subscription_id,
        "start_on": change.on,
    }
    own = [change.invoice_id] if change.invoice_id else []
    lines = InvoiceLine.objects.filter(**about).exclude(invoice_id__in=own)
    billed = lines.aggregate(amount=Coalesce(Sum("amount"), 0), net=Coalesce(Sum("net"), 0))
    notes = CreditNoteLine.objects.filter(**about).exclude(credit_note__invoice_id__in=own)
    credited: int = notes.aggregate(sum=Coalesce(Sum("amount"), 0))["sum"]
    return still_priced(billed["amount"], billed["net"], credited)


def _switch(change: PlanChange, quote: Quote, subscription: Subscription) -> None:
    target = change.target
    subscription.plan_id, subscription.cycle = target.plan, target.cycle.code
    subscription.options, subscription.price = dict(target.options), change.price
    subscription.agreed, subscription.discounts = change.agreed, change.discounts
    subscription.set_up = _set_up(subscription, quote)
    subscription.next_configuration = subscription.next_agreed = subscription.next_discounts = None
    subscription.renewal_held = False
    subscription.save()


def _set_up(subscription: Subscription, quote: Quote) -> dict[str, int]:
    """What it consists of now was set up, charged or not: coming back to it charges nothing."""
    before: dict[str, int] = subscription.set_up
    now = quote.target.quantities
    return before | {item: max(quantity, before.get(item, 0)) for item, quantity in now.items()}


def _settle_on_server(change: PlanChange, house: House) -> None:
    """A move to another product is a move to its server."""
    here, there = house.catalog.product_of(change.origin.plan), house.catalog.product_of(change.target.plan)
    if here.server_code == there.server_code:
        return
    service = service_of(change.customer_id, change.subscription_id)
    Service.objects.filter(customer_id=change.customer_id, id=service.id).update(
        server=Server.objects.get(code=there.server_code),
        package=house.catalog.plans[change.target.plan].package,
        privileges=house.catalog.plans[change.target.plan].privileges,
        limits=dict(house.catalog.limits_of(change.target)),
        usage={},
        inspected_at=None,
    )


def _drop_set_aside(change: PlanChange, at: datetime) -> None:
    """The scheduled changes that this one replaced, or that those had replaced, are over."""
    replaced = PlanChange.objects.filter(
        customer_id=change.customer_id,
        subscription_id=change.subscription_id,
        set_aside_by__isnull=False,
        state="scheduled",
    )
    for change_id in list(replaced.values_list("id", flat=True)):
        give_back_code(change.customer_id, change_id, at)
    replaced.update(state="cancelled", reason="replaced", ended_at=at)
