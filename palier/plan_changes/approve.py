"""Our team approves a change, or refuses it. Whoever decides has its item, or takes it by deciding: `Taken` says who
does.

What was accepted before it is paid is quoted again for the day of the yes, and never costs more than what the client
has accepted: where it would, or where something stands in the way by then, it is cancelled instead, and the client
told why.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from palier.billing.models import Refund
from palier.billing.number import give_number
from palier.billing.refund import send_refund, start_refunds
from palier.core.change_facts import ChangeFacts
from palier.core.policies import Policies
from palier.core.pricing import priced
from palier.core.quote import Quote, plan_change_quote
from palier.core.quote_json import quote_json
from palier.core.states import PLAN_CHANGE
from palier.events.record import Actor, record
from palier.ledger.lock import lock_accounts
from palier.ledger.queries import credit_balance
from palier.people.models import User
from palier.plan_changes.accept import expires_at
from palier.plan_changes.advance import go_on
from palier.plan_changes.bill_change import bill_change
from palier.plan_changes.by_person import ReturnTo, take_change
from palier.plan_changes.facts import Situation, situation, towards
from palier.plan_changes.models import PlanChange
from palier.plan_changes.queries import locked_change
from palier.plan_changes.returned import returned_by_undo
from palier.plan_changes.undo import turn_down
from palier.subscriptions.bill_period import House
from palier.subscriptions.models import Subscription, agreed_discounts
from palier.work.queries import open_item_about
from palier.work.take import close


class PaymentInFlight(Exception):
    """A payment of this subscription is being made: what it decides is known in minutes. Nothing was written."""


@transaction.atomic
def approve(customer_id: UUID, change_id: UUID, *, house: House, by: User, at: datetime) -> PlanChange:
    """It may go on: to its payment, or where that is behind, to the work.

    Raises `Taken`, or `PaymentInFlight`. A change that no longer waits for it stays as it is.
    """
    change, subscription = locked_change(customer_id, change_id)
    lock_accounts(customer_id, subscription.currency)
    if change.state != "needs_approval":
        return change
    take_change(customer_id, change_id, by=by, at=at)
    actor = Actor("staff", by.id)
    if change.quoted.approval == "after_payment":
        _say_yes(change, actor, at)
        go_on(change, subscription, house=house, at=at)
        return change
    found = situation(customer_id, subscription.id, at, house=house)
    if found.payment_in_flight:
        raise PaymentInFlight(str(change.id))
    quote = plan_change_quote(_facts_again(change, found))
    if problem := _problem(change.quoted, quote):
        return turn_down(customer_id, change_id, reason=problem, house=house, at=at, by=actor)
    _bill(change, subscription, quote, found, actor, at)
    return change


def _facts_again(change: PlanChange, found: Situation) -> ChangeFacts:
    """The same change on this day, at the unit prices, with the discounts and for the add-ons that were accepted.

    What a restart carries is what the client had when they accepted: our team's days are not theirs.
    """
    facts = towards(found, change.target, change.at_renewal)
    fates = {outcome.subscription_id: outcome.fate for outcome in change.quoted.addons}
    return replace(
        facts,
        policies=replace(facts.policies or Policies(), approval="none") if facts.policies else None,
        target_lines=priced(change.target, {}, change.agreed) if facts.target_lines else None,
        kept=agreed_discounts(change.discounts),
        carried_on=change.on if change.restarts else None,
        open_change=False,
        addons=tuple(
            replace(addon, fate=fates[addon.subscription_id])
            for addon in facts.addons
            if addon.subscription_id in fates
        ),
    )


def _problem(accepted: Quote, quote: Quote) -> str:
    """Why a change cannot go on as it was accepted: a code of words/reasons.py."""
    if not quote.is_possible:
        return "approval_obstacle"
    is_same = (quote.price, quote.at_renewal, quote.restarts) == (
        accepted.price, accepted.at_renewal, accepted.restarts,
    )  # fmt: skip
    return "" if is_same and _cost(quote) <= _cost(accepted) else "approval_dearer"


def _cost(quote: Quote) -> int:
    """Today, or on the next invoice."""
    return quote.today.total + quote.to_next_invoice.total


def _bill(
    change: PlanChange,
    subscription: Subscription,
    quote: Quote,
    found: Situation,
    actor: Actor,
    at: datetime,
) -> None:
    invoice = bill_change(change.id, quote, found, at)
    subscription.pending = found.subscription.pending
    change.approved_quote, change.at, change.on = quote_json(quote), at, quote.on
    change.takes_effect_on, change.paid_until_on = quote.takes_effect_on, found.renewal_on
    change.net_due, change.invoice = quote.net_of_periods, invoice
    change.expires_at = expires_at(found, quote) if quote.due_now else None
    if quote.due_now:
        PLAN_CHANGE.check(change.state, "awaiting_payment")
        change.state = "awaiting_payment"
    change.save()
    _say_yes(change, actor, at)
    if not quote.due_now:
        go_on(change, subscription, house=found.house, at=at)
    if invoice is not None:
        give_number(invoice)


def _say_yes(change: PlanChange, by: Actor, at: datetime) -> None:
    change.approved_at, change.promised_by, change.reason = at, None, ""
    change.save(update_fields=["approved_at", "promised_by", "reason"])
    item = open_item_about(change.customer_id, ("plan_change", change.id), lock=True)
    if item is not None:
        close(item, state="done", by=by, at=at)
    quote = change.quoted
    record(
        "plan_change.approved",
        subject=("plan_change", change.id),
        customer_id=change.customer_id,
        stream_id=change.subscription_id,
        at=at,
        actor=by,
        facts={
            "to_pay": quote.due_now if quote.approval != "after_payment" else 0,
            "currency": quote.currency,
            "invoice": str(change.invoice_id) if change.invoice_id else None,
        },
    )


def refuse(
    customer_id: UUID,
    change_id: UUID,
    *,
    house: House,
    by: User,
    at: datetime,
    sentence: str,
    return_to: ReturnTo = "credit_balance",
) -> PlanChange:
    """The change will not be made: the client is told, with `sentence` as the reason, and what was paid goes back.

    Call it outside a transaction. Raises `Taken`. A change that no longer waits for it stays as it is.
    """
    change, refunds = _refuse(customer_id, change_id, house, by, at, sentence, return_to)
    for refund in refunds:
        send_refund(refund, at=at)
    return change


@transaction.atomic
def _refuse(
    customer_id: UUID,
    change_id: UUID,
    house: House,
    by: User,
    at: datetime,
    sentence: str,
    return_to: ReturnTo,
) -> tuple[PlanChange, list[Refund]]:
    change, _ = locked_change(customer_id, change_id)
    if change.state != "needs_approval":
        return change, []
    take_change(customer_id, change_id, by=by, at=at)
    returned = returned_by_undo(change, house, at)
    to_card = returned.to_card if return_to == "card" else 0
    facts = {"said": sentence, "returned": returned.total, "to_card": to_card, "currency": returned.currency}
    actor = Actor("staff", by.id)
    change = turn_down(customer_id, change_id, reason="refused", house=house, at=at, by=actor, facts=facts)
    if not to_card or returned.invoice is None:
        return change, []
    amount = min(to_card, credit_balance(customer_id, returned.currency))
    refunds = start_refunds(customer_id, returned.invoice.id, amount, reason="undone", by=actor, at=at)
    return change, refunds
