"""What ending a subscription at once gives back, before anyone decides it, and giving it back.

The amount is `core.cancellation`'s, by the rule of the customer's law profile. It is credited on the invoices that were
paid for the days left, the latest first, each for no more than it still holds; the money goes to where it came from,
or to the credit balance where the profile says so or where it cannot go back.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import Q, Sum

from palier.billing.credit import LineToCredit, issue_credit_note, left_to_credit
from palier.billing.models import Invoice, InvoiceLine, Refund
from palier.billing.queries import lines_about, locked_invoice
from palier.billing.refund import Refundable, refundable, start_refunds
from palier.catalog.law import LawProfile
from palier.core.cancellation import Indemnity, PayBack, PayBackRule, pay_back
from palier.core.money import round_half_up
from palier.core.tax import TaxLine, credited
from palier.events.record import Actor
from palier.ledger.queries import owed_on
from palier.subscriptions.bill_period import House
from palier.subscriptions.credit_rest import Keep, days_left_unpaid
from palier.subscriptions.models import Period, Subscription
from palier.subscriptions.pending import unbilled, waiting_at_end
from palier.subscriptions.queries import periods_from

#: The reason on the credit notes of an end at once.
REASON = "cancelled"


@dataclass(frozen=True, slots=True)
class Held:
    """A paid invoice, and what it still holds of this subscription: `net` before tax, `priced` as prices are."""

    invoice: Invoice
    net: int
    priced: Fraction


@dataclass(frozen=True, slots=True)
class Given:
    """What one invoice gives back: before tax, its taxes, and how much of the sum goes back to its `sources`."""

    invoice: Invoice
    net: int
    taxes: tuple[TaxLine, ...]
    sources: tuple[Refundable, ...]
    to_payment: int

    @property
    def total(self) -> int:
        return self.net + sum(tax.amount for tax in self.taxes)


@dataclass(frozen=True, slots=True)
class Settlement:
    """All that an end at once gives back, with its reason. Amounts are in minor units of `currency`."""

    law: LawProfile
    rule: PayBackRule
    currency: str
    explained: PayBack
    given: tuple[Given, ...]
    #: What is taken off an invoice that is not paid, for the days left: taxes included.
    taken_off: int = 0

    @property
    def total(self) -> int:
        return sum(one.total for one in self.given)

    @property
    def to_payment(self) -> int:
        return sum(one.to_payment for one in self.given)

    @property
    def to_balance(self) -> int:
        return self.total - self.to_payment

    @property
    def taxes(self) -> Mapping[str, tuple[Fraction, int]]:
        """The rate and the sum of each tax, by its name on the invoices."""
        sums: dict[str, tuple[Fraction, int]] = {}
        for one in self.given:
            for tax, written in zip(one.taxes, one.invoice.taxes, strict=True):
                _, before = sums.get(written["name"], (tax.rate, 0))
                sums[written["name"]] = (tax.rate, before + tax.amount)
        return sums

    @property
    def promise(self) -> str:
        """What a page has promised: equal promises pay the same sums to the same places."""
        promised = f"{self.explained.unused}-{self.explained.indemnity}-{self.total}-{self.to_payment}"
        return f"{promised}-{self.taken_off}" if self.taken_off else promised

    @property
    def kept_of_unpaid(self) -> Keep | None:
        """What is kept of days that nobody has paid: the rest of the indemnity. None where they stay owed, all of
        them."""
        return _kept_of_unpaid(self.rule, self.explained)

    def to_json(self) -> dict[str, Any]:
        """As it is kept with the request."""
        return {
            "law": self.law.code,
            "valid_from": self.law.valid_from.isoformat(),
            "outcome": self.explained.outcome,
            "unused": self.explained.unused,
            "indemnity": self.explained.indemnity,
            "net": sum(one.net for one in self.given),
            "total": self.total,
            "to_payment": self.to_payment,
            "currency": self.currency,
        }


def settlement(
    subscription: Subscription,
    *,
    house: House,
    on: date,
    without_periods: Collection[date] = (),
    undone: tuple[UUID, Invoice | None] | None = None,
) -> Settlement:
    """What ending it on that day gives back. What is left out is undone apart: an open change with its invoice, and
    what was billed for it (by the first days of its periods)."""
    customer = subscription.customer
    law = house.catalog.law_of(customer.kind, customer.jurisdiction, on)
    rule = law.pay_back_rule(subscription.currency)
    if law.frees_from_indemnity(subscription.price_changes_on if subscription.price_rises else None, on):
        rule = replace(rule, indemnity=Indemnity())
    every = periods_from(subscription.customer_id, subscription.id, on)
    periods = [period for period in every if period.is_paid and period.start_on not in without_periods]
    # Their bills are credited whole before anything is settled.
    dropped = [period for period in every if period not in periods and period.start_on >= on]
    held = _held(subscription, periods, undone[1].id if undone and undone[1] else None)
    explained = pay_back(
        rule,
        [period.held for period in periods],
        bought_on=subscription.started_on,
        on=on,
        at_most=sum((one.priced for one in held), start=Fraction(0)),
        unbilled=list(unbilled(waiting_at_end(subscription, dropped, undone), periods)),
    )
    given = tuple(_given(held, explained.back, to_payment=law.refund_to == "payment"))
    keep = _kept_of_unpaid(rule, explained)
    taken_off = days_left_unpaid(subscription, on=on, keep=keep) if keep else 0
    return Settlement(law, rule, subscription.currency, explained, given, taken_off)


def _kept_of_unpaid(rule: PayBackRule, explained: PayBack) -> Keep | None:
    """The law caps the indemnity of an end, not that of each invoice."""
    if explained.outcome in ("none", "too_late"):
        return None
    if explained.outcome == "in_full":
        return lambda unserved: Fraction(0)
    at_most = rule.indemnity.at_most
    left = None if at_most is None else max(0, at_most - explained.indemnity)
    rest = replace(rule.indemnity, at_most=left)
    return lambda unserved: rest.of(unserved)[0]


def _held(subscription: Subscription, periods: Sequence[Period], without: UUID | None) -> list[Held]:
    """The paid invoices of these periods, the latest first; then those of what was carried into them."""
    of_them = Q(start_on__in=[period.billed_from_on for period in periods])
    found = list(_invoices_with(subscription, of_them, without))
    carried_in = Fraction(sum(period.carried_in for period in periods))
    if carried_in:
        seen = {one.invoice.id for one in found}
        for one in _invoices_with(subscription, ~of_them, without):
            priced = min(one.priced, carried_in)
            if priced > 0 and one.invoice.id not in seen:
                found.append(Held(one.invoice, one.net, priced))
                carried_in -= priced
    return found


def _invoices_with(subscription: Subscription, lines: Q, without: UUID | None) -> Iterable[Held]:
    found = (
        lines_about(subscription.customer_id, subscription.id)
        .filter(lines)
        .order_by()
        .values("invoice_id")
        .annotate(nets=Sum("net"), amounts=Sum("amount"))
    )
    sums = {row["invoice_id"]: row for row in found if row["invoice_id"] != without}
    invoices = Invoice.objects.filter(customer_id=subscription.customer_id, id__in=list(sums))
    for invoice in invoices.order_by("-issued_at", "-id"):
        row = sums[invoice.id]
        net = min(row["nets"], left_to_credit(invoice))
        if net > 0 and owed_on(invoice.customer_id, invoice.id) == 0:
            yield Held(invoice, net, Fraction(net * row["amounts"], row["nets"]))


def _given(held: Iterable[Held], back: int, *, to_payment: bool) -> Iterable[Given]:
    left = Fraction(back)
    for one in held:
        part = min(left, one.priced)
        net = min(round_half_up(part * one.net / one.priced), one.net)
        left -= part
        if net > 0:
            yield _of_invoice(one.invoice, net, to_payment=to_payment)


def _of_invoice(invoice: Invoice, net: int, *, to_payment: bool) -> Given:
    taxes = credited(invoice.tax_lines, invoice.net, net, invoice.net - left_to_credit(invoice))
    sources = refundable(invoice.customer_id, invoice.id) if to_payment else ()
    total = net + sum(tax.amount for tax in taxes)
    return Given(invoice, net, taxes, sources, min(total, sum(source.left for source in sources)))


def unused_of(subscription: Subscription, amount: int, *, on: date) -> tuple[Given, ...]:
    """An amount of what was paid for the days left, by the invoices that hold it, all of it to the credit balance."""
    periods = periods_from(subscription.customer_id, subscription.id, on)
    held = _held(subscription, [period for period in periods if period.is_paid], None)
    return tuple(_given(held, amount, to_payment=False))


def carry_out(
    subscription: Subscription, settled: Settlement, *, house: House, on: date, at: datetime, by: Actor
) -> list[Refund]:
    """Credit it and start the refunds; the caller holds the locks under which it was worked out, and sends them."""
    code = "unused" if settled.explained.outcome == "unused_share" else "taken_back"
    if settled.explained.indemnity:
        code = "unused_less_indemnity"
    return credit(subscription, settled.given, code=code, house=house, on=on, at=at, by=by)


def credit(
    subscription: Subscription,
    given: Iterable[Given],
    *,
    code: str,
    house: House,
    on: date,
    at: datetime,
    by: Actor,
) -> list[Refund]:
    """A credit note on each invoice, with a line of that code; the refunds, for the caller to send."""
    refunds: list[Refund] = []
    for one in given:
        invoice = locked_invoice(subscription.customer_id, one.invoice.id)
        line = _line(subscription, code, one, house, on)
        note = issue_credit_note(invoice, [line], reason=REASON, on=on, at=at, by=by)
        assert note.total == one.total, "a credit note gives back what was worked out"
        if one.to_payment:
            refunds += start_refunds(
                subscription.customer_id, invoice.id, one.to_payment, reason=REASON, by=by, at=at
            )
    return refunds


def _line(subscription: Subscription, code: str, one: Given, house: House, on: date) -> LineToCredit:
    first = _first_line(subscription, one.invoice)
    return LineToCredit(
        code=code,
        amount=one.net,
        tax_class=first.tax_class,
        product=first.product,
        plan=first.plan,
        facts={
            "label": subscription.label,
            "plan": dict(house.catalog.plans[first.plan].names),
            "ended_on": on.isoformat(),
        },
        subscription_id=subscription.id,
        start_on=first.start_on,
        until_on=first.until_on,
    )


def _first_line(subscription: Subscription, invoice: Invoice) -> InvoiceLine:
    lines = lines_about(subscription.customer_id, subscription.id).filter(invoice=invoice)
    return lines.order_by("-start_on", "id")[0]
