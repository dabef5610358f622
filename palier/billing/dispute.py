"""Take in that a payer's bank has taken a payment back, and how that ended.

The money leaves the books at once and is owed again; a dispute that is won brings it back. What the payment had paid
for is taken out of what the customer holds by those above (reactions.py).
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from palier.billing.models import Dispute, Invoice, Payment
from palier.billing.queries import locked_invoice
from palier.billing.settle import UnknownPayment, record_paid
from palier.core import postings
from palier.core.periods import billing_date
from palier.core.states import DISPUTE, DISPUTE_STANDS
from palier.drivers.gateway import DisputeReport
from palier.events.record import Actor, record
from palier.ledger.post import Entry, post
from palier.ledger.queries import owed_on
from palier.people.queries import provider
from palier.work.open_item import open_item
from palier.work.queries import open_item_about
from palier.work.take import close

BANK = Actor("gateway")


@transaction.atomic
def settle_dispute(report: DisputeReport, *, gateway: str, at: datetime) -> Dispute:
    """The dispute as it stands after the report: repeated, late or out of order, each step is taken once.

    Raises `UnknownPayment`, also for a payment whose money we have not heard of yet: the gateway will say it again.
    """
    known = across_customers_paid(report.payment_reference, gateway)
    if report.money.currency != known.currency:
        raise UnknownPayment(f"payment {known.id} is in {known.currency}")
    invoice = locked_invoice(known.customer_id, known.invoice_id)
    payment = Payment.objects.select_for_update().get(customer_id=known.customer_id, id=known.id)
    disputes = Dispute.objects.filter(
        customer_id=payment.customer_id, payment=payment, reference=report.reference
    )
    dispute = disputes.first() or _open(payment, invoice, report, at)
    if DISPUTE.allows(dispute.state, report.state):
        dispute.state, dispute.closed_at = report.state, at
        dispute.save(update_fields=["state", "closed_at"])
        if report.state == "won":
            _post_won(dispute, payment, invoice, at)
        _close_item(dispute, at)
        _record(f"payment.dispute_{report.state}", dispute, invoice, at)
    return dispute


def across_customers_paid(reference: str, gateway: str) -> Payment:
    """The payment whose money a gateway names. Raises `UnknownPayment`."""
    payment = Payment.objects.filter(gateway=gateway, reference=reference, state="succeeded").first()
    if payment is None:
        raise UnknownPayment(reference)
    return payment


def disputes_that_stand(customer_id: UUID, invoice_id: UUID) -> list[Dispute]:
    """Those of an invoice's payments whose money is with the bank."""
    disputes = Dispute.objects.filter(
        customer_id=customer_id, payment__invoice_id=invoice_id, state__in=DISPUTE_STANDS
    )
    return list(disputes.order_by("opened_at", "id"))


def _open(payment: Payment, invoice: Invoice, report: DisputeReport, at: datetime) -> Dispute:
    dispute = Dispute.objects.create(
        customer_id=payment.customer_id,
        payment=payment,
        reference=report.reference,
        amount=report.money.minor,
        currency=report.money.currency,
        reason=report.reason[:60],
        opened_at=at,
    )
    legs = postings.charged_back(payment.gateway, dispute.amount)
    _post(dispute, [Entry("charged_back", ("dispute", dispute.id), legs, invoice.id)], at)
    open_item(
        dispute.customer_id,
        subject=("dispute", dispute.id),
        reason="payment_disputed",
        facts={
            "amount": dispute.amount,
            "currency": dispute.currency,
            "invoice": invoice.number,
            "detail": dispute.reason,
        },
        promised_by=None,
        at=at,
    )
    _record("payment.disputed", dispute, invoice, at)
    return dispute


def _post_won(dispute: Dispute, payment: Payment, invoice: Invoice, at: datetime) -> None:
    """The money is back; where the invoice was paid another way meanwhile, it is the customer's."""
    owed = owed_on(dispute.customer_id, invoice.id)
    source = ("dispute", dispute.id)
    legs = postings.charge_back_returned(payment.gateway, dispute.amount)
    entries = [Entry("charge_back_returned", source, legs, invoice.id)]
    beyond = dispute.amount - max(0, owed)
    if beyond > 0:
        entries.append(Entry("kept_for_customer", source, postings.kept_for_customer(beyond), invoice.id))
    _post(dispute, entries, at)
    if 0 < owed <= dispute.amount:
        record_paid(invoice, at)


def _post(dispute: Dispute, entries: list[Entry], at: datetime) -> None:
    on = billing_date(at, provider().zone)
    post(entries, customer_id=dispute.customer_id, currency=dispute.currency, on=on, at=at)


def _close_item(dispute: Dispute, at: datetime) -> None:
    """The bank has decided: nobody need answer it any more."""
    item = open_item_about(dispute.customer_id, ("dispute", dispute.id), lock=True)
    if item is not None:
        close(item, state="done", by=BANK, at=at)


def _record(kind: str, dispute: Dispute, invoice: Invoice, at: datetime) -> None:
    record(
        kind,
        subject=("payment", dispute.payment_id),
        customer_id=dispute.customer_id,
        at=at,
        actor=BANK,
        facts={
            "dispute": str(dispute.id),
            "invoice": str(invoice.id),
            "subject_kind": invoice.subject_kind,
            "subject_id": str(invoice.subject_id),
            "amount": dispute.amount,
            "currency": dispute.currency,
        },
    )
