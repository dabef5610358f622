"""A document's page: the document itself, where it stands, and how it can be paid."""

from dataclasses import replace
from uuid import UUID

from palier.billing.queries import invoices_of, payment_methods
from palier.core.money import Money
from palier.documents.paper import Key, Paper
from palier.documents.read import paper_of
from palier.documents.sheet import linked, sheet
from palier.entrypoints.client_area.access import Client
from palier.entrypoints.client_area.addresses import to, to_document, to_pdf
from palier.entrypoints.client_area.filled.check import payment_choices
from palier.entrypoints.client_area.filled.documents import status_of_document
from palier.entrypoints.client_area.pages.document import DocumentPage
from palier.entrypoints.client_area.pages.parts import crumbs
from palier.entrypoints.design.parts import Crumb
from palier.people.permissions import PAY


def document_page(client: Client, key: Key) -> DocumentPage:
    """Raises `ObjectDoesNotExist`, for another customer's too."""
    paper = paper_of(client.customer_id, key, client.provider)
    page = DocumentPage(
        sheet=linked(sheet(paper), to_document),
        pdf_url=to_pdf(key),
        crumbs=crumbs(Crumb(paper.name), section="invoices"),
    )
    if paper.kind == "invoice":
        return _invoice_page(client, page, paper)
    if paper.kind == "refund":
        return replace(page, status_kind="refund", status=paper.state)
    return replace(page, status=paper.kind) if paper.kind == "credit_note" else page


def _invoice_page(client: Client, page: DocumentPage, paper: Paper) -> DocumentPage:
    assert paper.owed is not None
    found = {
        "kind": "invoice",
        "owed": paper.owed.minor,
        "in_flight": _is_being_paid(client.customer_id, paper.key[1]),
        "due": paper.due_on,
        "total": paper.total.minor,
        "credited": sum(note.total.minor for note in paper.credit_notes),
    }
    page = replace(page, status=status_of_document(client, found), owed=paper.owed)
    if paper.owed <= Money(0, paper.owed.currency) or not client.may(PAY):
        return page
    methods = payment_choices(payment_methods(client.customer_id), client.on)
    return replace(page, pay_url=to("pay", paper.key[1]), methods=methods)


def _is_being_paid(customer_id: UUID, invoice_id: UUID) -> bool:
    return invoices_of(customer_id).filter(id=invoice_id, in_flight=True).exists()
