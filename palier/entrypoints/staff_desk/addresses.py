"""Addresses inside the staff desk of what belongs to a customer."""

from uuid import UUID

from django.urls import reverse

from palier.documents.paper import Key


def to_customer(customer_id: UUID) -> str:
    return reverse("staff_desk:customer", args=[customer_id])


def to_document(customer_id: UUID, key: Key) -> str:
    """The page of an invoice, a credit note, or the receipt of a payment or of a refund."""
    return reverse(f"staff_desk:{_VIEWS[key[0]]}", args=[customer_id, key[1]])


def to_pdf(customer_id: UUID, key: Key) -> str:
    return reverse(f"staff_desk:{_VIEWS[key[0]]}_pdf", args=[customer_id, key[1]])


_VIEWS = {"invoice": "document", "credit_note": "document", "payment": "receipt", "refund": "refund_receipt"}
