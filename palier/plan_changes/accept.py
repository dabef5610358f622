"""Accept an offer: one transaction, no network, and the invoice equals the quote or nothing is written."""

import hashlib
from datetime import date, datetime, time, timedelta, tzinfo
from uuid import UUID

from django.db import transaction

from palier.billing.models import Invoice
from palier.billing.number import give_number
from palier.catalog.lock_discount import lock_discount
from palier.core.periods import billing_date
from palier.core.policies import Policies
from palier.core.pricing import Configuration, priced
from palier.core.quote import Quote, plan_change_quote
from palier.core.quote_json import quote_json
from palier.core.renewal import unit_prices_of
from palier.core.tax_due import taxes_due
from palier.events.record import Actor, record
from palier.ledger.lock import lock_accounts
from palier.plan_changes.advance import ask_approval, go_on
from palier.plan_changes.bill_change import bill_change
from palier.plan_changes.facts import Situation, situation, towards
from palier.plan_changes.models import PlanChange
from palier.plan_changes.offer import Offered, read_token
from palier.subscriptions.bill_period import House
from palier.subscriptions.codes import use_code
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
    _lock_code(offered, house)
    found, quote = _quoted_again(offered, house, at)
    if quote != offered.quote or not quote.is_possible:
        raise QuoteOutdated(offered.quote, quote)
    change = _change(offered, quote, found, by, idempotency_key, request_digest, at)
    invoice = bill_change(change.id, quote, found, at) if quote.approval != "before_payment" else None
    _write(change, invoice, found)
    if (typed := found.typed.discount) is not None and not quote.code_problem:
        use_code(subscription, typed.code, at=at, change_id=change.id)
    _record_accepted(change, quote, invoice, by, at)
    if quote.approval == "before_payment":
        ask_approval(change, house=house, at=at)
    elif not quote.due_now:
        go_on(change, found.subscription, house=house, at=at)
    if invoice is not None:
        give_number(invoice)
    return change


def _lock_code(offered: Offered, house: House) -> None:
    """Before its uses are counted, so that two who use the last one are told apart."""
    discount = house.catalog.discount_typed(offered.code)
    if discount is not None:
        lock_discount(discount.code)


def _quoted_again(offered: Offered, house: House, at: datetime) -> tuple[Situation, Quote]:
    """As of the instant it was offered, so that a minute changes nothing; as of now where its period is over, a tax has
    changed, or a day has ended and the difference has shrunk with it: nobody pays yesterday's amount."""
    then = _quote_at(offered, house, offered.at)
    today = billing_date(at, house.provider.zone)
    if today <= then[0].on:
        return then
    now = _quote_at(offered, house, at)
    is_over = (then[0].counted and today >= then[0].renewal_on) or _is_taxed_otherwise(
        then[0], offered.target, today
    )
    return now if is_over or now[1].today.total < then[1].today.total else then


def _quote_at(offered: Offered, house: House, at: datetime) -> tuple[Situation, Quote]:
    found = situation(offered.customer_id, offered.subscription_id, at, house=house, code=offered.code)
    return found, plan_change_quote(towards(found, offered.target, offered.at_renewal))


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
        state=_first_state(quote),
        from_configuration=quote.origin.to_json(),
        to_configuration=quote.target.to_json(),
        agreed=_agreed(found, quote),
        discounts=[discount.to_json() for discount in quote.discounts],
        at=offered.at,
        on=quote.on,
        takes_effect_on=quote.takes_effect_on,
        paid_until_on=found.renewal_on,
        at_renewal=quote.at_renewal,
        restarts=quote.restarts,
        quote=quote_json(quote),
        digest=offered.digest,
        price=quote.price,
        net_due=quote.net_of_periods,
        idempotency_key=idempotency_key,
        request_digest=request_digest,
        accepted_by_id=by.id if by.kind in ("user", "staff") else None,
        accepted_at=at,
        promised_by=quote.promised_by,
        expires_at=expires_at(found, quote) if quote.due_now and quote.approval != "before_payment" else None,
    )


def _first_state(quote: Quote) -> str:
    if quote.approval == "before_payment" or (quote.approval == "after_payment" and not quote.due_now):
        return "needs_approval"
    return "scheduled" if quote.at_renewal and not quote.due_now else "awaiting_payment"


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


def expires_at(found: Situation, quote: Quote) -> datetime:
    path = found.catalog.path(quote.origin.plan, quote.target.plan)
    days = (path.policies if path else Policies()).unpaid_expires_days
    return expiry(quote.on, days, found.renewal_on, found.provider.zone)


def expiry(on: date, days: int, renewal_on: date, zone: tzinfo) -> datetime:
    """The end of the civil day that many days after `on`, never past the period the quote is about."""
    last_on = on + timedelta(days + 1)
    if renewal_on > on:
        last_on = min(last_on, renewal_on)
    return datetime.combine(last_on, time(0), zone)


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
