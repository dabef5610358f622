"""Take in what a gateway reports of a payment: once, whatever is repeated, late or out of order."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from palier.billing.keep_method import kept
from palier.billing.models import Invoice, Payment
from palier.billing.queries import locked_invoice
from palier.core import postings
from palier.core.periods import billing_date
from palier.core.states import PAYMENT
from palier.drivers.gateway import PaymentReport
from palier.events.record import Actor, record
from palier.ledger.post import Entry, post
from palier.ledger.queries import owed_on
from palier.people.queries import provider


class UnknownPayment(LookupError):
    """A report of a payment that we never started."""


@transaction.atomic
def settle(report: PaymentReport, *, gateway: str, at: datetime) -> Payment:
    """The payment as it stands after the report.

    A success is taken in from any state and once only; after it, nothing else counts. News that the client must do
    something counts only for an attempt that has just begun: late, it would open one that is over. Money beyond what
    is owed (a change that expired meanwhile, an invoice paid twice) goes to the customer's credit balance. Raises
    `UnknownPayment`.
    """
    known = across_customers_payment(report.key, gateway)
    invoice = locked_invoice(known.customer_id, known.invoice_id)
    payment = Payment.objects.select_for_update().get(customer_id=known.customer_id, id=known.id)
    if report.state == "succeeded":
        if payment.state != "succeeded":
            _take_in(payment, invoice, report, at)
    elif report.state == "failed":
        _close(payment, "failed", report.reason or "declined", at)
    elif report.state == "needs_action" and payment.state == "started":
        payment.state, payment.reference = "needs_action", report.reference
        payment.save(update_fields=["state", "reference"])
    return payment


def across_customers_payment(key: str, gateway: str) -> Payment:
    """The payment a gateway speaks of: it knows our key and no customer. Raises `UnknownPayment`."""
    try:
        return Payment.objects.get(id=UUID(key), gateway=gateway)
    except (Payment.DoesNotExist, ValueError):
        raise UnknownPayment(key) from None


@transaction.atomic
def close_attempt(payment: Payment, *, state: str, failure: str, at: datetime) -> None:
    """An attempt that brought nothing: `failed`, or `abandoned` by the client."""
    locked = Payment.objects.select_for_update().get(customer_id=payment.customer_id, id=payment.id)
    _close(locked, state, failure, at)


def _close(payment: Payment, state: str, failure: str, at: datetime) -> None:
    if not PAYMENT.allows(payment.state, state):
        return
    payment.state, payment.failure, payment.settled_at = state, failure[:60], at
    payment.save(update_fields=["state", "failure", "settled_at"])
    record(
        f"payment.{state}",
        subject=("payment", payment.id),
        customer_id=payment.customer_id,
        at=at,
        actor=Actor("gateway"),
        facts={"invoice": str(payment.invoice_id), "failure": payment.failure},
    )


def _take_in(payment: Payment, invoice: Invoice, report: PaymentReport, at: datetime) -> None:
    if report.money.currency != payment.currency:
        raise UnknownPayment(f"payment {payment.id} was started in {payment.currency}")
    payment.reference, payment.failure = report.reference, ""
    if report.method is not None:
        payment.method = kept(report.method, payment.gateway, payment.customer_id) or payment.method
    payment.state, payment.received, payment.settled_at = "succeeded", report.money.minor, at
    payment.save(update_fields=["state", "received", "settled_at", "reference", "failure", "method"])
    on = billing_date(at, provider().zone)
    take_in_money(payment, invoice, by=Actor("gateway"), on=on, at=at)


def take_in_money(payment: Payment, invoice: Invoice, *, by: Actor, on: date, at: datetime) -> None:
    """Post what a payment has brought on the invoice (locked by the caller), and say what that means."""
    owed_before = owed_on(payment.customer_id, invoice.id)
    _post(payment, invoice, owed_before, on, at)
    facts = {
        "invoice": str(invoice.id),
        "amount": payment.received,
        "currency": payment.currency,
        "kept": max(0, payment.received - max(0, owed_before)),
    }
    subject = ("payment", payment.id)
    record("payment.received", subject=subject, customer_id=payment.customer_id, at=at, actor=by, facts=facts)
    if 0 < owed_before <= payment.received:
        record_paid(invoice, at)


def await_no_transfer(customer_id: UUID, invoice_id: UUID, *, at: datetime) -> None:
    """Nothing is owed any more. A transfer that comes all the same goes to the credit balance."""
    payments = Payment.objects.select_for_update().filter(customer_id=customer_id, invoice_id=invoice_id)
    for payment in payments.filter(state="awaiting_transfer"):
        _close(payment, "abandoned", "nothing_owed", at)


def record_paid(invoice: Invoice, at: datetime) -> None:
    """Say that nothing is owed on an invoice any more; what it was for reacts, and no transfer is awaited."""
    await_no_transfer(invoice.customer_id, invoice.id, at=at)
    record(
        "invoice.paid",
        subject=("invoice", invoice.id),
        customer_id=invoice.customer_id,
        at=at,
        facts={"subject_kind": invoice.subject_kind, "subject_id": str(invoice.subject_id)},
    )


def _post(payment: Payment, invoice: Invoice, owed_before: int, on: date, at: datetime) -> None:
    source = ("payment", payment.id)
    received = postings.payment_received(payment.gateway, payment.received)
    entries = [Entry("payment_received", source, received, invoice.id)]
    beyond = payment.received - max(0, owed_before)
    if beyond > 0:
        entries.append(Entry("kept_for_customer", source, postings.kept_for_customer(beyond), invoice.id))
    post(entries, customer_id=payment.customer_id, currency=payment.currency, on=on, at=at)
