"""Subscriptions, their periods, and requests to end them."""

from collections.abc import Iterable
from datetime import date

import pgtrigger
from django.db import models
from django.db.models import F, Q

from palier.catalog.models import Plan
from palier.core.discounts import Discount, DiscountJson
from palier.core.periods import BillingCycle
from palier.core.pricing import Configuration, PricedLine, discounted, priced
from palier.core.proration import PaidPeriod
from palier.core.states import CANCELLATION, SUBSCRIPTION
from palier.events import guards
from palier.people.models import User
from palier.people.owned import InsideCustomer, OwnedRow, inside_customer


class Subscription(OwnedRow):
    """The agreement: a configuration at a price per cycle, renewed on the dates counted from `anchor_on`.

    `label` is what the client knows it by (a domain). `agreed` holds the unit prices of the current configuration
    by line key, `discounts` the terms it was given (core/discounts.py); `next_configuration`, `next_agreed` and
    `next_discounts` what the next renewal bills instead, null when the same. `set_up` counts what was set up for it,
    by item (`plan:web-b`, `option:ipv4`): no set-up fee is charged twice. `pending` are lines that wait for the next
    invoice (pending.py).
    """

    label = models.CharField(max_length=200)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, to_field="code", related_name="+")
    cycle = models.CharField(max_length=20)
    options = models.JSONField(default=dict)
    currency = models.CharField(max_length=3)
    price = models.BigIntegerField()
    agreed = models.JSONField(default=dict)
    discounts = models.JSONField(default=list)
    set_up = models.JSONField(default=dict)
    pending = models.JSONField(default=list)
    anchor_on = models.DateField()
    state = models.CharField(max_length=20, default="active")
    next_configuration = models.JSONField(null=True)
    next_agreed = models.JSONField(null=True)
    next_discounts = models.JSONField(null=True)
    #: A restart of the cycle is under way: no renewal is issued until it is done or undone.
    renewal_held = models.BooleanField(default=False)
    started_on = models.DateField()
    ended_on = models.DateField(null=True)
    #: The renewal that the client was last told of ahead of time.
    announced_renewal_on = models.DateField(null=True)
    #: The last price change that the client was told of: its first day, whether the price rises, and the unit prices by
    #: line key until it has begun.
    price_changes_on = models.DateField(null=True)
    price_rises = models.BooleanField(default=False)
    price_changes_to = models.JSONField(null=True)
    #: What it was added to, if it is an add-on: it has its own price, cycle and dates, and ends with it.
    addon_of = inside_customer("subscriptions.Subscription", null=True, related_name="addons")

    class Meta(OwnedRow.Meta):
        constraints = [
            *OwnedRow.Meta.constraints,
            InsideCustomer(field="addon_of", name="subscriptions_subscription_addon"),
            models.CheckConstraint(condition=Q(price__gte=0), name="subscriptions_subscription_price"),
        ]
        indexes = [
            models.Index(
                fields=["price_changes_on"],
                condition=Q(price_changes_to__isnull=False),
                name="subscriptions_price_changes",
            ),
            models.Index(
                fields=["customer", "addon_of"],
                condition=Q(addon_of__isnull=False),
                name="subscriptions_addon",
            ),
        ]
        triggers = [guards.only_steps_of(SUBSCRIPTION), guards.never_deleted("subscription")]

    @property
    def configuration(self) -> Configuration:
        return Configuration(self.plan_id, BillingCycle(self.cycle), tuple(self.options.items()))

    @property
    def upcoming(self) -> Configuration:
        """What the next renewal is for."""
        if self.next_configuration is None:
            return self.configuration
        return Configuration.from_json(self.next_configuration)

    def lines_from(self, on: date) -> tuple[PricedLine, ...]:
        """The lines of the price for what begins on that day, at the agreed unit prices."""
        lines = priced(self.configuration, {}, self.agreed_from(on))
        return discounted(lines, self.configuration, agreed_discounts(self.discounts), on)

    def agreed_from(self, on: date) -> dict[str, int]:
        """The agreed unit prices on that day: once a change that the client was told of begins, those it brings."""
        changed = self.price_changes_on is not None and on >= self.price_changes_on
        new = (self.price_changes_to or {}) if changed else {}
        return {key: new.get(key, agreed) for key, agreed in self.agreed.items()}

    def upcoming_lines_from(self, on: date) -> tuple[PricedLine, ...]:
        """The same, of what the next renewal is for."""
        if self.next_configuration is None:
            return self.lines_from(on)
        lines = priced(self.upcoming, {}, self.next_agreed or {})
        return discounted(lines, self.upcoming, agreed_discounts(self.next_discounts or ()), on)


def agreed_discounts(written: Iterable[DiscountJson]) -> tuple[Discount, ...]:
    return tuple(Discount.from_json(one) for one in written)


class DiscountUse(OwnedRow):
    """A code that was used, by a new subscription or by the change `change_id`. It counts against the code's limits
    until it is given back."""

    subscription = inside_customer("subscriptions.Subscription", related_name="discount_uses")
    discount_code = models.SlugField(max_length=40)
    change_id = models.UUIDField(null=True)
    used_at = models.DateTimeField()
    given_back_at = models.DateTimeField(null=True)

    class Meta(OwnedRow.Meta):
        constraints = [
            *OwnedRow.Meta.constraints,
            InsideCustomer(field="subscription", name="subscriptions_discountuse_sub"),
        ]
        indexes = [
            models.Index(
                fields=["discount_code"],
                condition=Q(given_back_at=None),
                name="subscriptions_discountuse_open",
            )
        ]
        triggers = [guards.never_deleted("discount_use")]


class Period(OwnedRow):
    """One billing period [start_on, until_on). `cycle_days` is the length of the full cycle its prices are for.

    `price` is the level it is for, `billed_price` what it was billed at: less, in the first periods of a discount.
    Until its invoice is paid (`paid_on`), nothing is held. `held_price` is the level the client has paid up to,
    `paid_price` the same at what was really paid; both per full cycle. `carried_in` is what a restart brought
    along from earlier periods. `agreed` keeps the unit prices of every configuration held in this period.
    A period emptied by a restart on its first day (until_on = start_on) is over and frees its date.
    """

    subscription = inside_customer("subscriptions.Subscription", related_name="periods")
    start_on = models.DateField()
    until_on = models.DateField()
    cycle_days = models.PositiveIntegerField()
    price = models.BigIntegerField()
    billed_price = models.BigIntegerField()
    configuration = models.JSONField()
    held_price = models.BigIntegerField(default=0)
    paid_price = models.BigIntegerField(default=0)
    carried_in = models.BigIntegerField(default=0)
    agreed = models.JSONField(default=dict)
    #: The day by which invoice lines name this period: its start, or the day its restart was quoted for.
    billed_from_on = models.DateField()
    invoice = inside_customer("billing.Invoice", null=True)
    paid_on = models.DateField(null=True)

    class Meta(OwnedRow.Meta):
        constraints = [
            *OwnedRow.Meta.constraints,
            InsideCustomer(field="subscription", name="subscriptions_period_sub"),
            InsideCustomer(field="invoice", name="subscriptions_period_invoice", deferred=True),
            models.UniqueConstraint(
                fields=["customer", "subscription", "start_on"],
                condition=Q(until_on__gt=F("start_on")),
                name="subscriptions_period_once",
            ),
            models.CheckConstraint(
                condition=Q(until_on__gte=F("start_on")), name="subscriptions_period_forward"
            ),
            models.CheckConstraint(
                condition=Q(paid_price__gte=0, carried_in__gte=0, billed_price__gte=0),
                name="subscriptions_period_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(paid_price__lte=F("held_price"), billed_price__lte=F("price")),
                name="subscriptions_period_never_above_its_level",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "subscription", "until_on"], name="subscriptions_period_end"),
            models.Index(
                fields=["customer", "invoice"], condition=Q(paid_on=None), name="subscriptions_period_unpaid"
            ),
            # Renewals of long cycles are announced by the day; months, which are most, are not in it.
            models.Index(
                fields=["until_on"], condition=Q(cycle_days__gt=31), name="subscriptions_period_long"
            ),
        ]
        triggers = [
            guards.never_deleted("period"),
            pgtrigger.Trigger(
                name="periods_apart",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                timing=pgtrigger.Deferred,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM subscriptions_period a JOIN subscriptions_period b
                            ON b.customer_id = a.customer_id AND b.subscription_id = a.subscription_id
                           AND b.id <> a.id AND b.start_on < a.until_on AND a.start_on < b.until_on
                        WHERE a.customer_id = NEW.customer_id AND a.id = NEW.id
                          AND a.start_on < a.until_on AND b.start_on < b.until_on
                    ) THEN
                        RAISE EXCEPTION 'period % overlaps another of its subscription', NEW.id
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    @property
    def is_paid(self) -> bool:
        return self.paid_on is not None

    @property
    def held(self) -> PaidPeriod:
        return PaidPeriod(self.start_on, self.until_on, self.cycle_days, self.held_price, self.paid_price)


class Suspension(OwnedRow):
    """Why a service is suspended, from when to when: `unpaid` (dunning), or `staff` for whatever people decide.

    Several may hold at once; the service works again when none does, so that a payment lifts no other reason.
    """

    subscription = inside_customer("subscriptions.Subscription", related_name="suspensions")
    reason = models.CharField(max_length=20)
    note = models.TextField(blank=True)
    suspended_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta(OwnedRow.Meta):
        constraints = [
            *OwnedRow.Meta.constraints,
            InsideCustomer(field="subscription", name="subscriptions_suspension_sub"),
            models.UniqueConstraint(
                fields=["customer", "subscription", "reason"],
                condition=Q(lifted_at=None),
                name="subscriptions_suspension_once",
            ),
        ]
        triggers = [guards.never_deleted("suspension")]


class TakenOut(OwnedRow):
    """What a disputed payment had raised of a period, out of what is held until it returns. Both per full cycle."""

    period = inside_customer("subscriptions.Period")
    dispute_id = models.UUIDField()
    invoice_id = models.UUIDField()
    held = models.BigIntegerField()
    paid = models.BigIntegerField()
    taken_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)

    class Meta(OwnedRow.Meta):
        constraints = [
            *OwnedRow.Meta.constraints,
            InsideCustomer(field="period", name="subscriptions_takenout_period"),
            models.UniqueConstraint(
                fields=["customer", "period", "dispute_id"], name="subscriptions_takenout_once"
            ),
        ]
        triggers = [guards.never_deleted("taken_out")]


class CancellationRequest(OwnedRow):
    """A request to end a subscription: at once or at renewal. It can be withdrawn until carried out.

    `cause` is `asked`, by the client; `unpaid`, when dunning has come to its end; of an add-on, `converted` when it is
    part of a new level, `change` when it does not exist there, `service` when what it was added to has ended.
    """

    subscription = inside_customer("subscriptions.Subscription", related_name="cancellation_requests")
    at_renewal = models.BooleanField()
    ends_on = models.DateField()
    reason = models.TextField(blank=True)
    cause = models.CharField(max_length=20, default="asked")
    state = models.CharField(max_length=20, default="requested")
    requested_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    #: What an end at once gave back and why (`Settlement.to_json`); empty for the end of what is paid.
    settlement = models.JSONField(default=dict)
    closed_at = models.DateTimeField(null=True)

    class Meta(OwnedRow.Meta):
        constraints = [
            *OwnedRow.Meta.constraints,
            InsideCustomer(field="subscription", name="subscriptions_cancellation_sub"),
            models.UniqueConstraint(
                fields=["customer", "subscription"],
                condition=Q(state="requested"),
                name="subscriptions_cancellation_one_open",
            ),
        ]
        triggers = [guards.only_steps_of(CANCELLATION), guards.never_deleted("cancellation")]
