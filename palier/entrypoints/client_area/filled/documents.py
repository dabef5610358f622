"""The list of invoices and credit notes: of the customer, or of one service."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    DateField,
    DateTimeField,
    F,
    JSONField,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from palier.billing.models import CreditNote, CreditNoteLine, InvoiceLine, Payment
from palier.billing.queries import invoices_of, open_invoices_of
from palier.core.money import Money
from palier.entrypoints.client_area.access import Client
from palier.entrypoints.client_area.addresses import to, to_pay, to_pdf
from palier.entrypoints.client_area.filled.paging import paging
from palier.entrypoints.client_area.pages.invoices import InvoicesPage
from palier.entrypoints.client_area.pages.parts import InvoiceRow, crumbs
from palier.entrypoints.design.parts import Crumb
from palier.ledger.queries import credit_balance
from palier.people.permissions import BILLING_DETAILS, PAY
from palier.subscriptions.models import Subscription

MANY = 30

#: What a row of the list is made of, in the order of the columns of both kinds of document.
COLUMNS = (
    *("kind", "id", "number", "issued_on", "issued_at", "currency", "total"),
    *("owed", "in_flight", "credited", "due", "declined_at", "about"),
)


def invoices_page(client: Client, number: str, subscription: Subscription | None = None) -> InvoicesPage:
    customer_id, currency = client.customer_id, client.customer.currency
    page = Paginator(_documents(customer_id, subscription), MANY).get_page(number)
    owed = open_invoices_of(customer_id)
    if subscription is not None:
        owed = owed.filter(lines__subscription_id=subscription.id).distinct()
    query = {"service": str(subscription.id)} if subscription else {}
    return InvoicesPage(
        today=client.on,
        invoices=tuple(_row(client, dict(zip(COLUMNS, found, strict=True))) for found in page),
        owed=Money(sum(owed.values_list("owed", flat=True)), currency),
        credit_balance=Money(credit_balance(customer_id, currency), currency),
        service_name=subscription.label if subscription else "",
        all_url=to("invoices") if subscription else "",
        billing_url=to("billing") if client.may(BILLING_DETAILS) else "",
        methods_url=to("methods") if settings.GATEWAYS else "",
        paging=paging(page, "invoices", query),
        crumbs=crumbs(Crumb(_("Invoices")), section=""),
    )


def invoice_rows(client: Client, invoices: "QuerySet[Any]", at_most: int) -> tuple[InvoiceRow, ...]:
    """The first rows of some invoices that `billing.queries` gave."""
    found = _invoice_columns(invoices, client.customer_id)[:at_most]
    return tuple(_row(client, dict(zip(COLUMNS, columns, strict=True))) for columns in found)


def _documents(customer_id: UUID, subscription: Subscription | None) -> "QuerySet[Any, Any]":
    """Both kinds together, the newest first; of one service, those with a line about it."""
    invoices = invoices_of(customer_id)
    notes = CreditNote.objects.filter(customer_id=customer_id)
    if subscription is not None:
        about = {"customer_id": customer_id, "subscription_id": subscription.id}
        invoices = invoices.filter(id__in=InvoiceLine.objects.filter(**about).values("invoice_id"))
        notes = notes.filter(id__in=CreditNoteLine.objects.filter(**about).values("credit_note_id"))
    both = _invoice_columns(invoices.order_by(), customer_id).union(
        _note_columns(notes, customer_id), all=True
    )
    return both.order_by("-issued_at", "-number")


def _invoice_columns(invoices: "QuerySet[Any]", customer_id: UUID) -> "QuerySet[Any, Any]":
    notes = CreditNote.objects.filter(customer_id=customer_id, invoice_id=OuterRef("id"))
    credited = notes.order_by().values("invoice_id").annotate(sum=Sum("total")).values("sum")
    lines = InvoiceLine.objects.filter(customer_id=customer_id, invoice_id=OuterRef("id"))
    columns: QuerySet[Any, Any] = invoices.annotate(
        kind=Value("invoice", CharField()),
        due=F("due_on"),
        credited=Coalesce(Subquery(credited, output_field=BigIntegerField()), Value(0)),
        declined_at=Subquery(_declined_at(customer_id)),
        about=Subquery(lines.order_by("id").values("facts")[:1], output_field=JSONField()),
    ).values_list(*COLUMNS)
    return columns


def _declined_at(customer_id: UUID) -> "QuerySet[Any, Any]":
    """When the last try to pay an invoice was refused; null where it was not, or there was none."""
    tries = Payment.objects.filter(customer_id=customer_id, invoice_id=OuterRef("id"))
    refused = Case(When(state="failed", then=F("settled_at")), output_field=DateTimeField())
    return tries.order_by("-started_at", "-id").annotate(refused_at=refused).values("refused_at")[:1]


def _note_columns(notes: QuerySet[CreditNote], customer_id: UUID) -> "QuerySet[Any, Any]":
    lines = CreditNoteLine.objects.filter(customer_id=customer_id, credit_note_id=OuterRef("id"))
    return notes.annotate(
        kind=Value("credit_note", CharField()),
        owed=Value(0, BigIntegerField()),
        in_flight=Value(False, BooleanField()),
        credited=Value(0, BigIntegerField()),
        due=Value(None, DateField()),
        declined_at=Value(None, DateTimeField()),
        about=Subquery(lines.order_by("id").values("facts")[:1], output_field=JSONField()),
    ).values_list(*COLUMNS)


def _row(client: Client, found: dict[str, Any]) -> InvoiceRow:
    status = status_of_document(client, found)
    is_owed, declined_at = found["owed"] > 0, found["declined_at"]
    return InvoiceRow(
        url=to("invoice", found["id"]),
        number=found["number"],
        issued_on=found["issued_on"],
        subject=_subject(client, found["about"] or {}),
        total=Money(found["total"], found["currency"]),
        status=status,
        owed=Money(found["owed"], found["currency"]) if is_owed else None,
        due_on=found["due"],
        declined_on=declined_at.astimezone(client.zone).date() if is_owed and declined_at else None,
        pay_url=to_pay(found["id"]) if is_owed and client.may(PAY) else "",
        pdf_url=to_pdf((found["kind"], found["id"])),
    )


def status_of_document(client: Client, found: dict[str, Any]) -> str:
    """A code of words/statuses.INVOICE."""
    if found["kind"] == "credit_note":
        return "credit_note"
    if found["owed"] <= 0:
        return "credited" if found["credited"] >= found["total"] else "paid"
    if found["in_flight"]:
        return "in_flight"
    return "overdue" if found["due"] < client.on else "due"


def _subject(client: Client, facts: dict[str, Any]) -> str:
    """`Forfait B · ateliers-boreale.ca`, from the facts of the first line."""
    said: Iterable[str] = (client.say(facts.get("plan") or {}), facts.get("label", ""))
    return " · ".join(part for part in said if part)
