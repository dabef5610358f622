"""Reading balances."""

from uuid import UUID

from django.db.models import QuerySet, Sum

from palier.core.postings import CREDIT_BALANCE, RECEIVABLE
from palier.ledger.models import Balance, Posting


def credit_balance(customer_id: UUID, currency: str) -> int:
    """The money we hold for a customer, in minor units, never negative. To spend it, `lock_accounts` first."""
    balances = Balance.objects.filter(customer_id=customer_id, account=CREDIT_BALANCE, currency=currency)
    amount = balances.values_list("amount", flat=True).first()
    return -amount if amount else 0


def owed_by(customer_id: UUID, currency: str) -> int:
    """All that a customer owes on their invoices, in minor units."""
    balances = Balance.objects.filter(customer_id=customer_id, account=RECEIVABLE, currency=currency)
    return balances.values_list("amount", flat=True).first() or 0


def owed_on(customer_id: UUID, invoice_id: UUID) -> int:
    """What is still owed on one invoice: the sum of its receivable postings."""
    postings = Posting.objects.filter(customer_id=customer_id, account=RECEIVABLE, invoice_id=invoice_id)
    return postings.aggregate(owed=Sum("amount"))["owed"] or 0


def credit_movements(customer_id: UUID, currency: str) -> QuerySet[Posting]:
    """What came into a customer's credit balance (negative) and left it (positive), with its entry, newest first."""
    postings = Posting.objects.filter(customer_id=customer_id, account=CREDIT_BALANCE, currency=currency)
    return postings.select_related("entry").order_by("-entry__at", "-id")
