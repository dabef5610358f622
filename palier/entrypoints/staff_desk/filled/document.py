"""A document of a customer for staff: the same value as the client's page, and what can be given back of it."""

from dataclasses import replace
from functools import partial
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from palier.billing.credit import left_to_credit
from palier.billing.models import Invoice
from palier.billing.queries import invoices_of
from palier.billing.refund import most_refundable
from palier.documents.paper import Key, Paper
from palier.documents.read import paper_of
from palier.documents.sheet import linked, sheet
from palier.entrypoints.design.parts import Crumb
from palier.entrypoints.staff_desk.access import Desk
from palier.entrypoints.staff_desk.addresses import to_customer, to_document, to_pdf
from palier.entrypoints.staff_desk.filled.customer import standing_of_invoice
from palier.entrypoints.staff_desk.pages.document import DocumentPage
from palier.people.models import Customer
from palier.people.queries import across_customers_one


def document_page(desk: Desk, customer_id: UUID, key: Key) -> DocumentPage:
    """Raises `ObjectDoesNotExist`, for a document of another customer too."""
    customer = across_customers_one(customer_id)
    paper = paper_of(customer_id, key, desk.house.provider)
    page = DocumentPage(
        sheet=linked(sheet(paper), partial(to_document, customer_id)),
        pdf_url=to_pdf(customer_id, key),
        customer_name=customer.name,
        customer_url=to_customer(customer_id),
        crumbs=document_crumbs(customer, Crumb(paper.name)),
    )
    if paper.kind == "invoice":
        return _with_acts(desk, page, paper, customer_id)
    if paper.kind == "refund":
        return replace(page, status_kind="refund", status=paper.state)
    return replace(page, status="credit_note") if paper.kind == "credit_note" else page


def document_crumbs(customer: Customer, *last: Crumb) -> tuple[Crumb, ...]:
    customers = Crumb(_("Customers"), reverse("staff_desk:customers"))
    return (customers, Crumb(customer.name, to_customer(customer.id)), *last)


def _with_acts(desk: Desk, page: DocumentPage, paper: Paper, customer_id: UUID) -> DocumentPage:
    invoice_id = paper.key[1]
    invoice = invoices_of(customer_id).get(id=invoice_id)
    credited = sum(note.total.minor for note in paper.credit_notes)
    return replace(
        page,
        status=standing_of_invoice(invoice, credited, desk.on),
        credit_url=_to("credit", invoice) if left_to_credit(invoice) > 0 else "",
        refund_url=_to("refund", invoice)
        if most_refundable(customer_id, invoice_id, invoice.currency) > 0
        else "",
    )


def _to(view: str, invoice: Invoice) -> str:
    return reverse(f"staff_desk:{view}", args=[invoice.customer_id, invoice.id])
