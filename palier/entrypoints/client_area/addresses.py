"""Addresses inside the client area."""

from collections.abc import Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.http import urlencode

from palier.documents.paper import Key


def to(view: str, *args: UUID | str, query: Mapping[str, str] | None = None, place: str = "") -> str:
    """The path of a view of the client area, with a query and a place in the page."""
    path = reverse(f"client_area:{view}", args=args)
    asked = f"?{urlencode(query)}" if query else ""
    return f"{path}{asked}#{place}" if place else f"{path}{asked}"


#: Where an invoice is paid: the form on its page.
PAY = "pay"


def to_pay(invoice_id: UUID) -> str:
    return to("invoice", invoice_id, place=PAY)


def to_document(key: Key) -> str:
    """The page of a document: an invoice, a credit note, the receipt of a payment or of a refund."""
    return to(_VIEWS[key[0]], key[1])


def to_pdf(key: Key) -> str:
    return to(f"{_VIEWS[key[0]]}_pdf", key[1])


_VIEWS = {"invoice": "invoice", "credit_note": "invoice", "payment": "receipt", "refund": "refund"}
