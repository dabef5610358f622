"""Send money that we hold for a customer back to where it came from.

The money leaves the credit balance when the refund is started, so that nobody spends it while the gateway thinks; a
gateway that says no puts it back, and a person hears of it. The refund's id is the gateway's idempotency key: told
twice, it is one refund.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Sum
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from palier.billing.chase import AT_ONCE, PATIENCE, PAUSE
from palier.billing.gateways import NoGateway, gateway_named, gateways_with
from palier.billing.models import Dispute, Payment, Refund
from palier.billing.queries import locked_invoice
from palier.billing.settle import UnknownPayment
from palier.core import postings
from palier.core.money import Money
from palier.core.periods import billing_date
from palier.core.states import DISPUTE_STANDS, REFUND
from palier.drivers.errors import Busy, Refused, Unknown
from palier.drivers.gateway import Ability, RefundReport
from palier.events.record import Actor, record
from palier.ledger.post import Entry, post
from palier.ledger.queries import credit_balance
from palier.people.queries import provider
from palier.work.models import WorkItem
from palier.work.open_item import open_item

#: The queue's name for "tell the gateway of this refund again"; batch/ defines the task.
SEND_REFUND = "palier.send_refund"


class NotRefundable(Exception):
    """More than what is left of the payments, or than the money we hold for the customer. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Refundable:
    """A payment and how much of it may still go back, in minor units."""

    payment: Payment
    left: int


def refundable(customer_id: UUID, invoice_id: UUID) -> tuple[Refundable, ...]:
    """What an invoice was paid with at a gateway and was not sent back since, the latest payment first.

    Nothing of a payment that the payer's bank has taken back already.
    """
    taken_back = Dispute.objects.filter(
        customer_id=customer_id, payment_id=OuterRef("id"), state__in=DISPUTE_STANDS
    )
    payments = (
        Payment.objects.filter(customer_id=customer_id, invoice_id=invoice_id, state="succeeded")
        .select_related("method")
        .exclude(gateway__in=gateways_with(Ability.SLOW))  # what came by a transfer is sent back by hand
        .exclude(Exists(taken_back))
        .annotate(sent_back=Sum("refunds__amount", filter=~Q(refunds__state="failed")))
        .order_by("-settled_at", "-id")
    )
    found = (Refundable(payment, payment.received - (payment.sent_back or 0)) for payment in payments)
    return tuple(one for one in found if one.left > 0)


def most_refundable(customer_id: UUID, invoice_id: UUID, currency: str) -> int:
    """How much of the credit balance can go back to what paid an invoice."""
    left = sum(one.left for one in refundable(customer_id, invoice_id))
    return min(left, credit_balance(customer_id, currency))


@transaction.atomic
def start_refunds(
    customer_id: UUID, invoice_id: UUID, amount: int, *, reason: str, by: Actor, at: datetime, said: str = ""
) -> list[Refund]:
    """Take `amount` out of the credit balance to send it back to what paid the invoice; `send_refund` each after
    the commit. The caller has locked what it undoes. `said` is what a person wrote of it, for the record. Raises
    `NotRefundable`.
    """
    invoice = locked_invoice(customer_id, invoice_id)
    if amount > credit_balance(customer_id, invoice.currency):
        raise NotRefundable(f"{amount} is more than we hold")
    refunds, left = [], amount
    for found in refundable(customer_id, invoice_id):
        part = min(left, found.left)
        if part > 0:
            refunds.append(_start(found.payment, part, reason, said, by, at))
            left -= part
    if left:
        raise NotRefundable(f"{left} of {amount} was not paid at a gateway")
    return refunds


def _start(payment: Payment, amount: int, reason: str, said: str, by: Actor, at: datetime) -> Refund:
    refund = Refund.objects.create(
        customer_id=payment.customer_id,
        payment=payment,
        amount=amount,
        currency=payment.currency,
        reason=reason,
        started_at=at,
    )
    _post(refund, "refund_sent", postings.refund_sent(payment.gateway, amount), at)
    _record(refund, "refund.started", by, at, {"said": said} if said else {})
    return refund


def send_refund(refund: Refund, *, at: datetime) -> None:
    """Tell the gateway of a refund, again if need be. Call it outside a transaction; what it leaves unsure is asked
    again by the rounds."""
    payment = Payment.objects.get(customer_id=refund.customer_id, id=refund.payment_id)
    assert payment.reference is not None
    try:
        gateway = gateway_named(payment.gateway)
        report = gateway.refund(payment.reference, Money(refund.amount, refund.currency), str(refund.id))
    except (Busy, Unknown):
        return
    except Refused as error:
        _close(refund, "failed", at, failure="gateway_refused", detail=error.reason)
    except NoGateway:
        _close(refund, "failed", at, failure="no_gateway")
    else:
        _follow(refund, report, at)


def _follow(refund: Refund, report: RefundReport, at: datetime) -> None:
    if report.state == "succeeded":
        _close(refund, "succeeded", at)
    elif report.state == "failed":
        _close(refund, "failed", at, failure="gateway_refused", detail=report.reason)


@transaction.atomic
def settle_refund(report: RefundReport, *, gateway: str, at: datetime) -> Payment:
    """What a gateway says of a refund, and of one that was made there without us: a person must see to our books.

    The payment it is about. Raises `UnknownPayment`.
    """
    paid = Payment.objects.filter(gateway=gateway, reference=report.payment_reference, state="succeeded")
    payment = paid.first()
    if payment is None:
        raise UnknownPayment(report.payment_reference)
    ours = Refund.objects.filter(customer_id=payment.customer_id, payment=payment)
    refund = ours.filter(id=UUID(report.key)).first() if _is_uuid(report.key) else None
    if refund is not None:
        _follow(refund, report, at)
    elif report.state == "succeeded":
        _tell_of_foreign(payment, report, at)
    return payment


def _is_uuid(key: str) -> bool:
    try:
        UUID(key)
    except ValueError:
        return False
    return True


def _tell_of_foreign(payment: Payment, report: RefundReport, at: datetime) -> None:
    subject = ("foreign_refund", uuid5(payment.id, report.reference))
    if WorkItem.objects.filter(customer_id=payment.customer_id, subject_id=subject[1]).exists():
        return
    open_item(
        payment.customer_id,
        subject=subject,
        reason="refunded_elsewhere",
        facts={
            "amount": report.money.minor,
            "currency": report.money.currency,
            "detail": report.reference,
        },
        promised_by=None,
        at=at,
    )


@transaction.atomic
def _close(refund: Refund, state: str, at: datetime, *, failure: str = "", detail: str = "") -> None:
    locked = Refund.objects.select_for_update(of=("self",)).select_related("payment__invoice")
    refund = locked.get(customer_id=refund.customer_id, id=refund.id)
    if not REFUND.allows(refund.state, state):
        return
    refund.state, refund.failure, refund.settled_at = state, failure, at
    refund.save(update_fields=["state", "failure", "settled_at"])
    _record(refund, f"refund.{state}", Actor("gateway"), at)
    if state == "failed":
        _put_back(refund, detail, at)


def _put_back(refund: Refund, detail: str, at: datetime) -> None:
    """The client was told that the money is on its way: a person must say otherwise."""
    _post(refund, "refund_returned", postings.refund_returned(refund.payment.gateway, refund.amount), at)
    open_item(
        refund.customer_id,
        subject=("refund", refund.id),
        reason="refund_refused",
        facts={
            "amount": refund.amount,
            "currency": refund.currency,
            "invoice": refund.payment.invoice.number,
            "detail": detail,
        },
        promised_by=None,
        at=at,
    )


def across_customers_refunds_in_flight(at: datetime) -> Iterator[Refund]:
    """Refunds whose end we were not told."""
    rested = Q(asked_at=None) | Q(asked_at__lte=at - PAUSE)
    refunds = Refund.objects.filter(rested, state="started", started_at__lte=at - PATIENCE)
    return iter(refunds.order_by(F("asked_at").asc(nulls_first=True), "started_at")[:AT_ONCE])


@transaction.atomic
def queue_refund(refund: Refund, *, at: datetime) -> None:
    """Have a worker tell the gateway again: once, however many rounds find it."""
    Refund.objects.filter(customer_id=refund.customer_id, id=refund.id).update(asked_at=at)
    name = f"{SEND_REFUND}:{refund.id}"
    task = app.configure_task(SEND_REFUND, lock=name, queueing_lock=name)
    with suppress(AlreadyEnqueued), transaction.atomic():
        task.defer(customer_id=str(refund.customer_id), refund_id=str(refund.id))


def send_refund_again(customer_id: UUID, refund_id: UUID, *, at: datetime) -> None:
    """Tell the gateway, unless its answer came meanwhile."""
    refund = Refund.objects.get(customer_id=customer_id, id=refund_id)
    if refund.state == "started":
        send_refund(refund, at=at)


def _post(refund: Refund, kind: str, legs: tuple[postings.Leg, ...], at: datetime) -> None:
    entry = Entry(kind, ("refund", refund.id), legs)
    on = billing_date(at, provider().zone)
    post([entry], customer_id=refund.customer_id, currency=refund.currency, on=on, at=at)


def _record(
    refund: Refund, kind: str, by: Actor, at: datetime, more: Mapping[str, str] = MappingProxyType({})
) -> None:
    record(
        kind,
        subject=("refund", refund.id),
        customer_id=refund.customer_id,
        at=at,
        actor=by,
        facts={
            "invoice": str(refund.payment.invoice_id),
            "amount": refund.amount,
            "currency": refund.currency,
            "reason": refund.reason,
            "failure": refund.failure,
            **more,
        },
    )
