"""A customer: what they have, what is under way, what they owe, what we hold for them."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from palier.billing.models import CreditNote, Invoice
from palier.billing.queries import invoices_of
from palier.core.money import Money
from palier.core.periods import BillingCycle
from palier.dunning.queries import overdue_of
from palier.entrypoints.design.parts import Crumb
from palier.entrypoints.staff_desk.access import Desk
from palier.entrypoints.staff_desk.addresses import to_document, to_pdf
from palier.entrypoints.staff_desk.filled.movements import movements_of
from palier.entrypoints.staff_desk.filled.overdue import overdue_row
from palier.entrypoints.staff_desk.names import Names
from palier.entrypoints.staff_desk.pages.customer import (
    ChangeRow,
    CustomerPage,
    DocumentRow,
    Law,
    PersonRow,
    ServiceRow,
)
from palier.ledger.queries import credit_balance, owed_by
from palier.people.models import Customer
from palier.people.queries import members_of
from palier.plan_changes.models import PlanChange
from palier.plan_changes.queries import latest_changes_of
from palier.plan_changes.standing import Standing, standing, standings
from palier.words.customers import customer_kind
from palier.words.languages import locale_of
from palier.words.law import law_sentence
from palier.words.roles import role_name
from palier.work.queries import items_of

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    from palier.billing.queries import Standing as Owed

SHOWN_DOCUMENTS = 50
SHOWN_CHANGES = 20


def customer_page(desk: Desk, customer: Customer) -> CustomerPage:
    names = desk.names
    held = credit_balance(customer.id, customer.currency)
    invoices = list(invoices_of(customer.id)[:SHOWN_DOCUMENTS])
    owed = owed_by(customer.id, customer.currency)
    changes = list(latest_changes_of(customer.id)[:SHOWN_CHANGES])
    return CustomerPage(
        name=customer.name,
        address=_address(customer, desk.language),
        language=dict(settings.LANGUAGES).get(customer.language, customer.language),
        customer_since=customer.joined_on,
        kind=customer_kind(customer.kind),
        law=_law(desk, customer),
        vat_number=customer.vat_number,
        billing_url=reverse("staff_desk:billing", args=[customer.id]),
        people=tuple(
            PersonRow(str(member.user), member.user.email, role_name(member.role))
            for member in members_of(customer.id)
        ),
        services=tuple(_service(standing(found), names, desk.on) for found in standings(customer.id)),
        changes=_changes(customer, changes, names),
        overdue=tuple(overdue_row(desk, case) for case in overdue_of(customer.id, desk.on, house=desk.house)),
        documents=_documents(customer, invoices, desk.on),
        movements=movements_of(customer, held),
        owed=Money(owed, customer.currency) if owed else None,
        credit_balance=Money(held, customer.currency) if held else None,
        crumbs=(Crumb(_("Customers"), reverse("staff_desk:customers")), Crumb(customer.name)),
    )


def _law(desk: Desk, customer: Customer) -> Law | None:
    law = desk.house.catalog.law_of(customer.kind, customer.jurisdiction, desk.on)
    if not law.code:
        return None
    return Law(
        desk.names.of(law.names),
        law_sentence(law.pay_back_rule(customer.currency), customer.currency, desk.language),
        tuple((desk.names.of(article.cites), desk.names.of(article.urls)) for article in law.articles),
    )


def _address(customer: Customer, language: str) -> str:
    country = locale_of(language).territories.get(customer.country, customer.country)
    place = f"{customer.city} ({customer.region})" if customer.region else customer.city
    lines = (customer.street, f"{place}  {customer.postal_code}".strip(), country)
    return "\n".join(line for line in lines if line)


def _service(one: Standing, names: Names, on: date) -> ServiceRow:
    status = one.status(on)
    service, subscription = one.service, one.subscription
    return ServiceRow(
        plan_name=names.plan(subscription.plan_id),
        label=subscription.label,
        status=status,
        price=Money(subscription.price, subscription.currency),
        cycle=BillingCycle(subscription.cycle),
        server=names.of(service.server.names),
        account=service.account,
        renews_on=one.paid_until_on if status in ("active", "changing") else None,
        ends_on=subscription.ended_on or one.ends_on,
        measured_at=None if status == "cancelled" else service.inspected_at,
    )


def _changes(customer: Customer, changes: list[PlanChange], names: Names) -> tuple[ChangeRow, ...]:
    """Each leads to its latest work item, if it ever needed a person."""
    items: dict[UUID, UUID] = {}
    subjects = [change.id for change in changes]
    for item in items_of(customer.id).filter(subject_id__in=subjects).order_by("opened_at"):
        items[item.subject_id] = item.id
    return tuple(_change(change, items, names) for change in changes)


def _change(change: PlanChange, items: Mapping[UUID, UUID], names: Names) -> ChangeRow:
    from_name, to_name = names.both(change)
    item_id = items.get(change.id)
    return ChangeRow(
        on=change.on,
        label=change.subscription.label,
        from_name=from_name,
        to_name=to_name,
        state=change.state,
        url=reverse("staff_desk:item", args=[change.customer_id, item_id]) if item_id else "",
    )


def _documents(
    customer: Customer, invoices: "list[WithAnnotations[Invoice, Owed]]", today: date
) -> tuple[DocumentRow, ...]:
    """Invoices and credit notes together, the newest first."""
    notes = list(
        CreditNote.objects.filter(customer_id=customer.id).order_by("-issued_at", "-id")[:SHOWN_DOCUMENTS]
    )
    credited = {note.invoice_id: 0 for note in notes}
    for note in notes:
        credited[note.invoice_id] += note.total
    rows = [
        (
            invoice.issued_at,
            DocumentRow(
                to_document(customer.id, ("invoice", invoice.id)),
                to_pdf(customer.id, ("invoice", invoice.id)),
                str(invoice.number),
                invoice.issued_on,
                invoice.amount,
                standing_of_invoice(invoice, credited.get(invoice.id, 0), today),
                Money(invoice.owed, invoice.currency) if 0 < invoice.owed < invoice.total else None,
            ),
        )
        for invoice in invoices
    ]
    rows += [
        (
            note.issued_at,
            DocumentRow(
                to_document(customer.id, ("credit_note", note.id)),
                to_pdf(customer.id, ("credit_note", note.id)),
                str(note.number),
                note.issued_on,
                -note.amount,
                "credit_note",
            ),
        )
        for note in notes
    ]
    return tuple(row for _at, row in sorted(rows, key=lambda pair: pair[0], reverse=True)[:SHOWN_DOCUMENTS])


def standing_of_invoice(invoice: "WithAnnotations[Invoice, Owed]", credited: int, today: date) -> str:
    """A code of words/statuses.INVOICE. `credited` is the sum of its credit notes."""
    if invoice.owed > 0:
        if invoice.in_flight:
            return "in_flight"
        return "overdue" if invoice.due_on < today else "due"
    return "credited" if credited >= invoice.total > 0 else "paid"
