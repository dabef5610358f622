"""Transfers: what is awaited and what arrived; a statement read and not taken in yet; who a line may be from."""

import re
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from palier.billing.arrivals import (
    across_customers_awaited_transfers,
    across_customers_known,
    across_customers_named,
    across_customers_set_aside,
    across_customers_waiting,
    digest_of,
)
from palier.billing.gateways import gateways_with
from palier.billing.models import Invoice, StatementLine
from palier.billing.queries import open_invoices_of
from palier.core.money import Money
from palier.core.statement import Arrived, Columns, Statement, Trouble
from palier.drivers.gateway import Ability
from palier.drivers.gateways.bank_transfer import written
from palier.entrypoints.design.parts import Crumb
from palier.entrypoints.staff_desk.access import Desk
from palier.entrypoints.staff_desk.pages.transfers import (
    Account,
    AsideRow,
    AwaitedRow,
    Candidate,
    Choice,
    LineRow,
    MatchPage,
    OpenInvoice,
    PreviewRow,
    Select,
    StatementPage,
    TransfersPage,
)
from palier.people.models import Customer
from palier.subscriptions.queries import across_customers_matching

CANDIDATES = 10
#: As many of those set aside as the page shows.
ASIDE = 10


def transfers_page(desk: Desk) -> TransfersPage:
    return TransfersPage(
        accounts=tuple(Account(name, place == 0) for place, name in enumerate(accounts())),
        awaited=tuple(
            AwaitedRow(
                payment.customer.name,
                reverse("staff_desk:customer", args=[payment.customer_id]),
                payment.invoice.number or "",
                written(payment.reference or ""),
                payment.money,
                payment.started_at,
            )
            for payment in across_customers_awaited_transfers()
        ),
        lines=tuple(_line(line) for line in across_customers_waiting()),
        today=desk.on,
        currency=desk.house.provider.currency,
        read_url=reverse("staff_desk:read_statement"),
        record_url=reverse("staff_desk:record_arrival"),
        aside=tuple(_aside(line) for line in across_customers_set_aside(ASIDE)),
    )


def accounts() -> tuple[str, ...]:
    """The gateways whose money comes by itself."""
    return gateways_with(Ability.SLOW) if settings.GATEWAYS else ()


def _line(line: StatementLine) -> LineRow:
    return LineRow(line.on, line.money, line.text, reverse("staff_desk:match", args=[line.id]))


def _aside(line: StatementLine) -> AsideRow:
    return AsideRow(line.on, line.money, line.text, line.note, reverse("staff_desk:take_up", args=[line.id]))


def statement_page(account: str, content: str, found: Statement) -> StatementPage:
    known = across_customers_known(account, found.arrived)
    rows = tuple(_preview(account, one, digest_of(one) in known) for one in found.arrived)
    return StatementPage(
        account=account,
        content=content,
        selects=columns_to_choose(found),
        rows=rows,
        troubles=tuple(_trouble(one) for one in found.troubles),
        outgoing=found.outgoing,
        new=len(found.arrived) - len({digest_of(one) for one in found.arrived} & known),
        is_complete=found.columns.is_complete,
        read_url=reverse("staff_desk:read_statement"),
        back_url=reverse("staff_desk:transfers"),
        crumbs=(Crumb(_("Transfers"), reverse("staff_desk:transfers")), Crumb(_("Read a statement"))),
    )


def _preview(account: str, one: Arrived, is_known: bool) -> PreviewRow:
    return PreviewRow(one.line, one.on, one.money, one.text, _outcome(account, one, is_known))


def _outcome(account: str, one: Arrived, is_known: bool) -> str:
    if is_known:
        return _("Taken in before")
    payment = across_customers_named(account, one.text, one.money.currency)
    if payment is None:
        return _("Waits to be matched by hand")
    facts = {"number": payment.invoice.number, "customer": payment.customer.name}
    return _("Pays invoice %(number)s of %(customer)s") % facts


def _trouble(one: Trouble) -> str:
    said = {
        "no_date": _("Line %(line)s: “%(cell)s” is not a date. It is left out."),
        "no_amount": _("Line %(line)s: “%(cell)s” is not an amount. It is left out."),
    }
    return said[one.code] % {"line": one.line, "cell": one.cell}


def columns_to_choose(found: Statement) -> tuple[Select, ...]:
    columns = found.columns
    labels = {
        "on": _("Column of the date"),
        "amount": _("Column of the money that came in"),
        "text": _("Column of the description"),
        "reference": _("Column of the reference"),
    }
    asked = [Select(name, labels[name], _columns(found, getattr(columns, name))) for name in labels]
    orders = (
        ("ymd", _("year, month, day")),
        ("dmy", _("day, month, year")),
        ("mdy", _("month, day, year")),
    )
    choices = (
        Choice("", _("choose"), columns.order is None),
        *(Choice(code, label, columns.order == code) for code, label in orders),
    )
    return (*asked, Select("order", _("Dates are written"), choices))


def _columns(found: Statement, chosen: int | None) -> tuple[Choice, ...]:
    named = (Choice(str(number), name, chosen == number) for number, name in enumerate(found.names))
    return (Choice("", _("none"), chosen is None), *named)


def columns_asked(form: dict[str, str]) -> Columns | None:
    """What the form says of the columns; None where it says nothing yet."""
    if "order" not in form:
        return None
    numbers = {
        name: int(form[name]) if re.fullmatch("[0-9]{1,4}", form.get(name, "")) else None
        for name in ("on", "amount", "text", "reference")
    }
    order = form["order"]
    return Columns(**numbers, order=order if order in ("ymd", "dmy", "mdy") else None)  # type: ignore[arg-type]


def match_page(line: StatementLine, searched: str) -> MatchPage:
    """Without a search: whoever the line names, or owes exactly this."""
    return MatchPage(
        line=LineRow(line.on, line.money, line.text),
        note=line.note,
        searched=searched,
        candidates=tuple(_candidate(customer, line) for customer in _across_customers_meant(line, searched)),
        url=reverse("staff_desk:match", args=[line.id]),
        invoice_url=reverse("staff_desk:match_invoice", args=[line.id]),
        balance_url=reverse("staff_desk:match_balance", args=[line.id]),
        aside_url=reverse("staff_desk:set_aside", args=[line.id]),
        crumbs=(Crumb(_("Transfers"), reverse("staff_desk:transfers")), Crumb(_("Match what arrived"))),
    )


def _across_customers_meant(line: StatementLine, searched: str) -> list[Customer]:
    if searched:
        numbered = Invoice.objects.filter(number=searched).values_list("customer_id", flat=True)
        if numbered:
            return list(Customer.objects.filter(id__in=list(numbered)))
        return list(across_customers_matching(searched)[:CANDIDATES])
    named = across_customers_named(line.gateway, line.text, line.currency)
    return [named.customer] if named else []


def _candidate(customer: Customer, line: StatementLine) -> Candidate:
    owed = open_invoices_of(customer.id).filter(currency=line.currency)
    return Candidate(
        str(customer.id),
        customer.name,
        reverse("staff_desk:customer", args=[customer.id]),
        tuple(OpenInvoice(str(one.id), one.number or "", Money(one.owed, one.currency)) for one in owed),
    )


def line_waiting(line_id: UUID) -> StatementLine:
    """Raises `StatementLine.DoesNotExist`, for one that is matched too."""
    return StatementLine.objects.get(id=line_id, state="waiting")
