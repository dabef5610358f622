"""A customer's documents: invoices, credit notes, receipts, as pages and as PDFs."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from palier.documents.paper import Key
from palier.documents.read import invoice_or_note, paper_of
from palier.entrypoints.design.pdf_answer import pdf_answer
from palier.entrypoints.staff_desk.access import Desk, for_staff
from palier.entrypoints.staff_desk.addresses import to_document
from palier.entrypoints.staff_desk.filled.document import document_page


@require_safe
@for_staff
def document(request: HttpRequest, desk: Desk, customer_id: UUID, document_id: UUID) -> HttpResponse:
    """An invoice or a credit note."""
    return _page(request, desk, customer_id, invoice_or_note(customer_id, document_id))


@require_safe
@for_staff
def document_pdf(request: HttpRequest, desk: Desk, customer_id: UUID, document_id: UUID) -> HttpResponse:
    return _pdf(request, desk, customer_id, invoice_or_note(customer_id, document_id))


@require_safe
@for_staff
def receipt(request: HttpRequest, desk: Desk, customer_id: UUID, payment_id: UUID) -> HttpResponse:
    return _page(request, desk, customer_id, ("payment", payment_id))


@require_safe
@for_staff
def receipt_pdf(request: HttpRequest, desk: Desk, customer_id: UUID, payment_id: UUID) -> HttpResponse:
    return _pdf(request, desk, customer_id, ("payment", payment_id))


@require_safe
@for_staff
def refund_receipt(request: HttpRequest, desk: Desk, customer_id: UUID, refund_id: UUID) -> HttpResponse:
    return _page(request, desk, customer_id, ("refund", refund_id))


@require_safe
@for_staff
def refund_receipt_pdf(request: HttpRequest, desk: Desk, customer_id: UUID, refund_id: UUID) -> HttpResponse:
    return _pdf(request, desk, customer_id, ("refund", refund_id))


def _page(request: HttpRequest, desk: Desk, customer_id: UUID, key: Key) -> HttpResponse:
    page = document_page(desk, customer_id, key)
    return render(request, "staff_desk/document.html", {"page": page})


def _pdf(request: HttpRequest, desk: Desk, customer_id: UUID, key: Key) -> HttpResponse:
    paper = paper_of(customer_id, key, desk.house.provider)
    return pdf_answer(request, paper, to_document(customer_id, key))
