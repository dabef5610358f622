"""Accept an offer: one transaction, no network, and the invoice equals the quote or nothing is written."""

import hashlib
from datetime import date, datetime, time, timedelta, tzinfo
from fractions import Fraction
from itertools import accumulate, pairwise
from uuid import UUID

from django.db import transaction

from palier.billing.issue import LineToBill, issue_invoice
from palier.billing.models import Invoice
from palier.billing.number import give_number
from palier.core.money import round_half_up
from palier.core.periods import billing_date
from palier.core.policies import Policies
from palier.core.pricing import Configuration, priced
from palier.core.quote import Quote, QuoteLine, plan_change_quote
from palier.core.quote_json import quote_json
from palier.core.renewal import unit_prices_of
from palier.core.tax_due import taxes_due
from palier.events.record import Actor, record
from palier.ledger.lock import lock_accounts
from palier.plan_changes.advance import begin, schedule
from palier.plan_changes.facts import Situation, situation, towards
from palier.plan_changes.models import PlanChange
from palier.plan_changes.offer import Offered, read_token
from palier.subscriptions.bill_period import House
from palier.subscriptions.queries import locked


class QuoteOutdated(Exception):
    """The answer is no longer the one that was read: nothing was written. `old` and `new` are both quotes."""

    def __init__(self, old: Quote, new: Quote) -> None:
        super().__init__("the quote has changed since it was read")
        self.old, self.new = old, new


class KeyReused(Exception):
    """This idempotency key already accepted something else; nothing was written."""


@transaction.atomic
def accept(
    token: str, *, customer_id: UUID, by: Actor, idempotency_key: str, house: House, at: datetime
) -> PlanChange:
    """The accepted change; the same key returns the same change.

    Raises `OfferExpired`, `OfferForged`, `QuoteOutdated` (which holds any obstacle that has come up), `KeyReused`.
    """
    offered = read_token(token, customer_id)
    request_digest = _request_digest(offered)
    # Locks first, reads after: what is read is then what nobody else can change.
    subscription = locked(customer_id, offered.subscription_id)
    lock_accounts(customer_id, subscription.currency)
    known = PlanChange.objects.filter(customer_id=customer_id, idempotency_key=idempotency_key).first()
    if known is not None:
        if known.request_digest != request_digest:
            raise KeyReused(idempotency_key)
        return known
    found = situation(customer_id, offered.subscription_id, offered.at, house=house)
    today = billing_date(at, house.provider.zone)
    if (found.counted and today >= found.renewal_on) or _is_taxed_otherwise(found, offered.target, today):
        # What was quoted is over: a period has ended, or a tax has changed, between the check and the click.
        found = situation(customer_id, offered.subscription_id, at, house=house)
    quote = plan_change_quote(towards(found, offered.target, offered.at_renewal))
    if quote != offered.quote or not quote.is_possible:
        raise QuoteOutdated(offered.quote, quote)
    change = _change(offered, quote, found, by, idempotency_key, request_digest, at)
    invoice = _invoice(change, quote, found, at) if quote.today.total else None
    _write(change, invoice, found)
    _record_accepted(change, quote, invoice, by, at)
    if not quote.due_now:
        _go_on(change, quote, found, at)
    if invoice is not None:
        give_number(invoice)
    return change


def _is_taxed_otherwise(found: Situation, target: Configuration, today: date) -> bool:
    """Would an invoice of today bear other taxes than one of the day of the quote?"""
    facts = towards(found, target)
    quoted, now = (taxes_due(facts.tax_rates, facts.seller, facts.buyer, on) for on in (found.on, today))
    return quoted != now


def _request_digest(offered: Offered) -> str:
    """What was asked for, whenever it was quoted."""
    asked = f"{offered.subscription_id}:{offered.target.to_json()}:{offered.at_renewal}:{offered.digest}"
    return hashlib.sha256(asked.encode()).hexdigest()


def _change(
    offered: Offered,
    quote: Quote,
    found: Situation,
    by: Actor,
    idempotency_key: str,
    request_digest: str,
    at: datetime,
) -> PlanChange:
    subscription = found.subscription
    return PlanChange(
        customer_id=subscription.customer_id,
        subscription=subscription,
        state="scheduled" if quote.at_renewal and not quote.due_now else "awaiting_payment",
        from_configuration=quote.origin.to_json(),
        to_configuration=quote.target.to_json(),
        agreed=_agreed(found, quote),
        at=offered.at,
        on=quote.on,
        takes_effect_on=quote.takes_effect_on,
        paid_until_on=found.renewal_on,
        at_renewal=quote.at_renewal,
        restarts=quote.restarts,
        quote=quote_json(quote),
        digest=offered.digest,
        price=quote.price,
        net_due=sum(line.amount for line in quote.lines),
        idempotency_key=idempotency_key,
        request_digest=request_digest,
        accepted_by_id=by.id if by.kind in ("user", "staff") else None,
        accepted_at=at,
        promised_by=quote.promised_by,
        expires_at=_expires_at(found, quote) if quote.due_now else None,
    )


def _write(change: PlanChange, invoice: Invoice | None, found: Situation) -> None:
    if found.scheduled_id is not None:
        # Set aside first: the index on one open change is checked at once, the key to the new row at the commit.
        aside = PlanChange.objects.filter(customer_id=change.customer_id, id=found.scheduled_id)
        aside.update(set_aside_by=change.id)
    change.invoice = invoice
    change.save(force_insert=True)


def _agreed(found: Situation, quote: Quote) -> dict[str, int]:
    lines = priced(quote.target, found.catalog.unit_prices(quote.currency), found.agreed)
    return unit_prices_of(quote.target, lines)


def _expires_at(found: Situation, quote: Quote) -> datetime:
    path = found.catalog.path(quote.origin.plan, quote.target.plan)
    days = (path.policies if path else Policies()).unpaid_expires_days
    return expiry(quote.on, days, found.renewal_on, found.provider.zone)


def expiry(on: date, days: int, renewal_on: date, zone: tzinfo) -> datetime:
    """The end of the civil day that many days after `on`, never past the period the quote is about."""
    last_on = on + timedelta(days + 1)
    if renewal_on > on:
        last_on = min(last_on, renewal_on)
    return datetime.combine(last_on, time(0), zone)


def _invoice(change: PlanChange, quote: Quote, found: Situation, at: datetime) -> Invoice:
    invoice = issue_invoice(
        _lines(quote, found),
        issuer=found.house.issuer,
        customer=found.customer,
        subject=("plan_change", change.id),
        currency=quote.currency,
        on=quote.on,
        at=at,
        due_on=quote.on,
        use_credit=quote.credit_used,
    )
    if (invoice.net, invoice.total) != (quote.today.net, quote.today.total):
        raise AssertionError(f"the invoice of change {change.id} is not its quote")
    return invoice


def _lines(quote: Quote, found: Situation) -> list[LineToBill]:
    product = found.catalog.product_of(quote.target.plan)
    taxes = found.house.taxes_due(product, found.customer, quote.on)
    facts = {
        "label": found.subscription.label,
        "origin": dict(found.catalog.plans[quote.origin.plan].names),
        "plan": dict(found.catalog.plans[quote.target.plan].names),
    }
    return [
        LineToBill(
            code=line.code,
            amount=amount,
            taxes=taxes,
            tax_class=product.tax_class,
            product=product.code,
            plan=quote.target.plan,
            facts=facts | {"start_on": max(start_on, quote.on).isoformat(), "until_on": until_on.isoformat()},
            subscription_id=found.subscription.id,
            start_on=start_on,
            until_on=until_on,
        )
        for line in quote.lines
        for amount, start_on, until_on in _pieces(line, quote)
    ]


def _pieces(line: QuoteLine, quote: Quote) -> list[tuple[int, date, date]]:
    """A line by the periods it is about, so that each knows what it was billed; the pieces add up to the line."""
    if not line.parts:
        return [(line.amount, quote.on, quote.renewal_on)]
    shares = accumulate(
        Fraction((line.price - part.held_price) * part.days, part.cycle_days) for part in line.parts
    )
    sums = [0, *(round_half_up(share) for share in shares)]
    amounts = [after - before for before, after in pairwise(sums)]
    return [(amount, part.start_on, part.until_on) for amount, part in zip(amounts, line.parts, strict=True)]


def _record_accepted(
    change: PlanChange, quote: Quote, invoice: Invoice | None, by: Actor, at: datetime
) -> None:
    record(
        "plan_change.accepted",
        subject=("plan_change", change.id),
        customer_id=change.customer_id,
        stream_id=change.subscription_id,
        at=at,
        actor=by,
        facts={
            "due_now": quote.due_now,
            "currency": quote.currency,
            "invoice": str(invoice.id) if invoice else None,
        },
    )


def _go_on(change: PlanChange, quote: Quote, found: Situation, at: datetime) -> None:
    """Nothing is left to pay: what comes next, comes now."""
    if quote.at_renewal:
        schedule(change, found.subscription, house=found.house, at=at)
    else:
        begin(change, found.subscription, house=found.house, at=at)
