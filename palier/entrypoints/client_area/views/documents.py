"""One document, as a page and as a PDF. Another customer's is not found."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from palier.documents.paper import Key
from palier.documents.read import invoice_or_note, paper_of
from palier.entrypoints.client_area.access import Client, for_client
from palier.entrypoints.client_area.addresses import to_document
from palier.entrypoints.client_area.filled.document import document_page
from palier.entrypoints.client_area.views.answers import page_answer
from palier.entrypoints.design.pdf_answer import pdf_answer


@require_safe
@for_client
def invoice(request: HttpRequest, client: Client, document_id: UUID) -> HttpResponse:
    """An invoice or a credit note: one list holds both."""
    return _page(request, client, invoice_or_note(client.customer_id, document_id))


@require_safe
@for_client
def invoice_pdf(request: HttpRequest, client: Client, document_id: UUID) -> HttpResponse:
    return _pdf(request, client, invoice_or_note(client.customer_id, document_id))


@require_safe
@for_client
def receipt(request: HttpRequest, client: Client, receipt_id: UUID) -> HttpResponse:
    """Of a payment that came in."""
    return _page(request, client, ("payment", receipt_id))


@require_safe
@for_client
def receipt_pdf(request: HttpRequest, client: Client, receipt_id: UUID) -> HttpResponse:
    return _pdf(request, client, ("payment", receipt_id))


@require_safe
@for_client
def refund(request: HttpRequest, client: Client, refund_id: UUID) -> HttpResponse:
    return _page(request, client, ("refund", refund_id))


@require_safe
@for_client
def refund_pdf(request: HttpRequest, client: Client, refund_id: UUID) -> HttpResponse:
    return _pdf(request, client, ("refund", refund_id))


def _page(request: HttpRequest, client: Client, key: Key) -> HttpResponse:
    return page_answer(request, "document.html", document_page(client, key))


def _pdf(request: HttpRequest, client: Client, key: Key) -> HttpResponse:
    return pdf_answer(request, paper_of(client.customer_id, key, client.provider), to_document(key))
