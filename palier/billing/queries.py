"""Reading invoices, and what is owed on them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypedDict
from uuid import UUID

from django.db.models import BigIntegerField, Exists, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from palier.billing.models import Invoice, InvoiceLine, Payment, PaymentMethod
from palier.core.postings import RECEIVABLE
from palier.core.states import PAYMENT_IN_FLIGHT
from palier.ledger.lock import lock_accounts
from palier.ledger.models import Posting

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class Standing(TypedDict):
    """What `invoices_of` adds to an invoice."""

    owed: int
    in_flight: bool


def locked_invoice(customer_id: UUID, invoice_id: UUID) -> Invoice:
    """The invoice, locked until the transaction ends; raises `DoesNotExist`.

    The customer's accounts are locked before it, so that whoever moves money takes the same things in the same order:
    an act may go on from one invoice to the next, while a payment of that next one is being taken in.
    """
    invoices = Invoice.objects.filter(customer_id=customer_id, id=invoice_id)
    lock_accounts(customer_id, invoices.values_list("currency", flat=True).get())
    return invoices.select_for_update().get()


def invoices_of(customer_id: UUID) -> "QuerySet[WithAnnotations[Invoice, Standing]]":
    """A customer's invoices, newest first, each with `owed` (minor units) and whether a payment is `in_flight`."""
    receivable = (
        Posting.objects.filter(customer_id=customer_id, invoice_id=OuterRef("id"), account=RECEIVABLE)
        .order_by()
        .values("invoice_id")
        .annotate(sum=Sum("amount"))
        .values("sum")
    )
    in_flight = Payment.objects.filter(
        customer_id=customer_id, invoice_id=OuterRef("id"), state__in=PAYMENT_IN_FLIGHT
    )
    return (
        Invoice.objects.filter(customer_id=customer_id)
        .annotate(
            owed=Coalesce(Subquery(receivable, output_field=BigIntegerField()), Value(0)),
            in_flight=Exists(in_flight),
        )
        .order_by("-issued_at", "-id")
    )


def open_invoices_of(customer_id: UUID) -> "QuerySet[WithAnnotations[Invoice, Standing]]":
    """Those with something left to pay."""
    return invoices_of(customer_id).filter(owed__gt=0)


def lines_about(customer_id: UUID, subscription_id: UUID) -> QuerySet[InvoiceLine]:
    return InvoiceLine.objects.filter(customer_id=customer_id, subscription_id=subscription_id)


def payment_methods(customer_id: UUID) -> Sequence[PaymentMethod]:
    """The customer's saved methods, the default first."""
    methods = PaymentMethod.objects.filter(customer_id=customer_id, removed_at=None)
    return list(methods.order_by(F("is_default").desc(), "id"))
