"""Collect invoices on the day they are due: from the credit balance first, then from the saved method."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from palier.billing.collect import NothingOwed, collect
from palier.billing.gateways import least_charge
from palier.billing.models import Dispute, Invoice, Payment, PaymentMethod
from palier.billing.queries import locked_invoice, payment_methods
from palier.billing.settle import close_attempt, record_paid
from palier.core import postings
from palier.core.least import credit_to_use
from palier.core.postings import CREDIT_BALANCE, RECEIVABLE
from palier.core.states import DISPUTE_STANDS, PAYMENT_IN_FLIGHT
from palier.events.keys import new_id
from palier.ledger.models import Balance, Posting
from palier.ledger.post import Entry, post
from palier.ledger.queries import credit_balance, owed_on
from palier.people.queries import provider

#: A transfer that was announced is waited for this long before anything else is charged.
TRANSFER_TAKES = timedelta(days=7)


def across_customers_due(on: date, subject_kind: str) -> Iterator[tuple[UUID, UUID]]:
    """(customer, invoice) of what is owed, due on that day or before, and that we have something to pay it with:
    money held for the customer, or a saved method that was not tried since the day it was due.

    While a payment of it is in flight, or for some days after the client announced a transfer, nothing else is done;
    and nothing for one whose payment the payer's bank took back: a person talks to the client first. It begins with the
    customers who owe anything, and leaves out those it could do nothing for.
    """
    of_customer = {"customer_id": OuterRef("customer_id")}
    balances = Balance.objects.filter(**of_customer, currency=OuterRef("currency"))
    owing = balances.filter(account=RECEIVABLE, amount__gt=0)
    held = balances.filter(account=CREDIT_BALANCE, amount__lt=0)
    saved = PaymentMethod.objects.filter(**of_customer, removed_at=None, gateway__in=list(settings.GATEWAYS))
    payments = Payment.objects.filter(**of_customer, invoice_id=OuterRef("id"))
    in_flight = payments.alias(begun_on=_begun_on()).filter(
        Q(state__in=PAYMENT_IN_FLIGHT) | Q(state="awaiting_transfer", begun_on__gt=on - TRANSFER_TAKES)
    )
    disputed = Dispute.objects.filter(
        **of_customer, payment__invoice_id=OuterRef("id"), state__in=DISPUTE_STANDS
    )
    owed = (
        Posting.objects.filter(**of_customer, invoice_id=OuterRef("id"), account=RECEIVABLE)
        .order_by()
        .values("invoice_id")
        .annotate(sum=Sum("amount"))
        .filter(sum__gt=0)
    )
    due = Invoice.objects.filter(Exists(owing), due_on__lte=on, subject_kind=subject_kind)
    payable = due.filter(
        Exists(owed),
        ~Exists(in_flight),
        ~Exists(disputed),
        Exists(held) | Exists(saved) & ~Exists(_our_tries(payments)),
    )
    return iter(payable.order_by("due_on", "id").values_list("customer_id", "id"))


def _our_tries(payments: QuerySet[Payment]) -> QuerySet[Payment]:
    """Of the payments of an outer query's invoice: the one try of a saved method, on the day it was due or after.

    What was tried before that day is another matter, and so is a gateway's page that the client left.
    """
    return payments.alias(begun_on=_begun_on()).filter(method__isnull=False, begun_on__gte=OuterRef("due_on"))


def _begun_on() -> TruncDate:
    return TruncDate("started_at", tzinfo=provider().zone)


def collect_when_due(customer_id: UUID, invoice_id: UUID, *, on: date, at: datetime) -> None:
    """With what the customer has left us, whenever there is any, then one try of the method they saved."""
    use_credit_balance(customer_id, invoice_id, on=on, at=at)
    tried = _our_tries(Payment.objects.filter(customer_id=customer_id, invoice_id=OuterRef("id")))
    untried = Invoice.objects.filter(~Exists(tried), customer_id=customer_id, id=invoice_id)
    if untried.exists():
        charge_saved_method(customer_id, invoice_id, at=at)


def default_method(customer_id: UUID) -> PaymentMethod | None:
    """The saved method that is charged when nobody is there to choose."""
    methods = payment_methods(customer_id)
    return next((one for one in methods if one.gateway in settings.GATEWAYS), None)


def charge_saved_method(customer_id: UUID, invoice_id: UUID, *, at: datetime) -> Payment | None:
    """One try of the saved method for what is owed; None where there is none, or nothing is owed.

    Call it outside a transaction.
    """
    method = default_method(customer_id)
    if method is None:
        return None
    try:
        payment = collect(
            customer_id,
            invoice_id,
            gateway=method.gateway,
            method_id=method.id,
            return_url=settings.BASE_URL,
            at=at,
            off_session=True,
        )
    except NothingOwed:
        return None
    if payment.state == "needs_action" and payment.off_session:  # not a page that the client has open
        # Nobody is here to confirm it: the client is told, and pays from the invoice's page.
        close_attempt(payment, state="failed", failure="confirmation_needed", at=at)
        payment.refresh_from_db()
    return payment


@transaction.atomic
def use_credit_balance(customer_id: UUID, invoice_id: UUID, *, on: date, at: datetime) -> int:
    """Pay what the customer's credit balance covers of an invoice, and leave no rest that is too small to be paid by
    card; returns how much."""
    invoice = locked_invoice(customer_id, invoice_id)
    owed = owed_on(customer_id, invoice_id)
    balance = credit_balance(customer_id, invoice.currency)
    used = credit_to_use(owed, balance, least_charge(invoice.currency))
    if used > 0:
        legs = postings.credit_balance_used(used)
        # A source of its own: an invoice may be paid from the balance more than once.
        entry = Entry("credit_balance_used", ("credit_use", new_id()), legs, invoice_id)
        post([entry], customer_id=customer_id, currency=invoice.currency, on=on, at=at)
        if used == owed:
            record_paid(invoice, at)
    return used
