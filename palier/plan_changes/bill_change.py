"""Bill a change: the invoice that equals its quote, to the cent, or nothing is written. What is too small to be paid
alone waits for the next invoice instead."""

from collections.abc import Iterator
from datetime import date, datetime
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Any
from uuid import UUID

from palier.billing.issue import LineToBill, issue_invoice
from palier.billing.models import Invoice
from palier.core.money import round_half_up
from palier.core.quote import Quote, QuoteLine
from palier.plan_changes.facts import Situation
from palier.subscriptions.bill_period import waiting_lines
from palier.subscriptions.pending import are_billed, of_class, wait


def bill_change(change_id: UUID, quote: Quote, found: Situation, at: datetime) -> Invoice | None:
    """None where nothing is billed now. The caller has locked the customer's accounts, and gives the number last."""
    if quote.to_next_invoice.total:
        wait(found.subscription, change_id, _lines(quote, found), quote.on)
    return _invoice(change_id, quote, found, at) if quote.today.total else None


def _invoice(change_id: UUID, quote: Quote, found: Situation, at: datetime) -> Invoice:
    invoice = issue_invoice(
        list(_lines(quote, found)),
        issuer=found.house.issuer,
        customer=found.customer,
        subject=("plan_change", change_id),
        currency=quote.currency,
        on=quote.on,
        at=at,
        due_on=quote.on,
        use_credit=quote.credit_used,
    )
    if (invoice.net, invoice.total) != (quote.today.net, quote.today.total):
        raise AssertionError(f"the invoice of change {change_id} is not its quote")
    if any(line.code == "pending" for line in quote.lines):
        are_billed(found.subscription, found.catalog.product_of(quote.target.plan).tax_class)
    return invoice


def _lines(quote: Quote, found: Situation) -> Iterator[LineToBill]:
    product = found.catalog.product_of(quote.target.plan)
    taxes = found.house.taxes_due(product, found.customer, quote.on)
    named_by = {period.start_on: period.billed_from_on for period in found.counted}
    for line in quote.lines:
        if line.code == "pending":
            waits = of_class(found.subscription, product.tax_class)
            yield from waiting_lines(waits, found.subscription, found.house, quote.on)
            continue
        for amount, start_on, until_on in _pieces(line, quote):
            yield LineToBill(
                code=line.code,
                amount=amount,
                taxes=taxes,
                tax_class=product.tax_class,
                product=product.code,
                plan=quote.target.plan,
                facts=_facts(line, quote, found, start_on, until_on),
                subscription_id=found.subscription.id,
                start_on=named_by.get(start_on, start_on) if start_on else None,
                until_on=until_on,
            )


def _pieces(line: QuoteLine, quote: Quote) -> Iterator[tuple[int, date | None, date | None]]:
    """A line by the periods it is about, so that each knows what it was billed; the pieces add up to the line.

    A set-up fee is about none: no period holds it, and none carries it.
    """
    if line.code == "setup_fee":
        yield line.amount, None, None
        return
    if not line.parts:
        yield line.amount, quote.on, quote.renewal_on
        return
    shares = accumulate(
        Fraction((line.price - part.held_price) * part.days, part.cycle_days) for part in line.parts
    )
    sums = [0, *(_so_far(line, quote, share) for share in shares)]
    for part, (before, after) in zip(line.parts, pairwise(sums), strict=True):
        yield after - before, part.start_on, part.until_on


def _so_far(line: QuoteLine, quote: Quote, share: Fraction) -> int:
    """Of a difference, or of what a discount takes off it, the part that falls in the periods so far."""
    difference = round_half_up(share)
    return difference if line.code == "difference" else round_half_up(share * quote.billed_part) - difference


def _facts(
    line: QuoteLine, quote: Quote, found: Situation, start_on: date | None, until_on: date | None
) -> dict[str, Any]:
    catalog = found.catalog
    facts: dict[str, Any] = {
        "label": found.subscription.label,
        "origin": dict(catalog.plans[quote.origin.plan].names),
        "plan": dict(catalog.plans[quote.target.plan].names),
    }
    if start_on is not None and until_on is not None:
        facts |= {"start_on": max(start_on, quote.on).isoformat(), "until_on": until_on.isoformat()}
    if line.code == "discount":
        facts["discount"] = dict(catalog.discounts[quote.first].names)
    if line.code == "setup_fee":
        facts |= {"item": dict(catalog.line_names[line.item]), "quantity": line.quantity}
    return facts
