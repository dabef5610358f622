"""Bank transfers: read a statement, write down what arrived, and say what it pays."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from palier.billing.arrivals import (
    AnotherCurrency,
    NotWaiting,
    match_to_balance,
    match_to_invoice,
    record_arrival,
    set_aside,
    take_in_statement,
    take_up,
)
from palier.core.money import UnreadableAmount
from palier.core.statement import UnreadableStatement, amount_of, decoded, statement
from palier.entrypoints.staff_desk.access import Desk, for_staff
from palier.entrypoints.staff_desk.filled.transfers import (
    accounts,
    columns_asked,
    line_waiting,
    match_page,
    statement_page,
    transfers_page,
)
from palier.people.queries import across_customers_one

#: A statement of years; larger is some other file.
LARGEST = 1_000_000


@require_safe
@for_staff
def transfers(request: HttpRequest, desk: Desk) -> HttpResponse:
    return render(request, "staff_desk/transfers.html", {"page": transfers_page(desk)})


@require_POST
@for_staff
def read_statement(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Shown first, line by line; taken in once that is confirmed."""
    account = _account(request)
    file = request.FILES.get("file")
    if file is not None and (file.size or 0) > LARGEST:
        return _wrong(request, _("This file is too large to be a statement: read it in parts."))
    content = decoded(file.read()) if file is not None else request.POST.get("content", "")
    form = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    try:
        found = statement(content, desk.house.provider.currency, columns_asked(form))
    except UnreadableStatement:
        return _wrong(request, _("This file is no table: download the statement from your bank as CSV."))
    if "confirm" not in form or not found.columns.is_complete:
        page = statement_page(account, content, found)
        return render(request, "staff_desk/statement.html", {"page": page})
    took = take_in_statement(account, found.arrived, by=desk.actor, at=desk.at)
    said = ngettext("%(new)s new line taken in", "%(new)s new lines taken in", took.new) % {"new": took.new}
    paid = ngettext("%(paid)s paid its invoice.", "%(paid)s paid their invoice.", took.matched) % {
        "paid": took.matched
    }
    messages.success(request, f"{said}; {paid}")
    return redirect("staff_desk:transfers")


@require_POST
@for_staff
def record(request: HttpRequest, desk: Desk) -> HttpResponse:
    account = _account(request)
    try:
        on = date.fromisoformat(request.POST.get("on", ""))
        money = amount_of(request.POST.get("amount", ""), desk.house.provider.currency)
    except UnreadableAmount:
        return _wrong(request, _("Write the amount as on the statement: 1234.50 or 1 234,50."))
    except ValueError:
        return _wrong(request, _("Write the day on which it arrived."))
    if money.minor <= 0 or on > desk.on:
        return _wrong(request, _("What arrived is more than nothing, and not in the future."))
    text, note = (request.POST.get(name, "").strip()[:500] for name in ("text", "note"))
    line = record_arrival(account, on, money, text, note=note, by=desk.actor, at=desk.at)
    return redirect("staff_desk:match", line.id)


@require_safe
@for_staff
def match(request: HttpRequest, desk: Desk, line_id: UUID) -> HttpResponse:
    page = match_page(line_waiting(line_id), request.GET.get("q", "").strip()[:100])
    return render(request, "staff_desk/match.html", {"page": page})


@require_POST
@for_staff
def match_invoice(request: HttpRequest, desk: Desk, line_id: UUID) -> HttpResponse:
    customer_id, invoice_id = _id(request, "customer"), _id(request, "invoice")
    try:
        match_to_invoice(line_id, customer_id, invoice_id, by=desk.actor, at=desk.at)
    except NotWaiting:
        return _wrong(request, _("A colleague has dealt with it meanwhile."))
    except AnotherCurrency:
        return _wrong(
            request, _("This invoice is in another currency: choose another, or the credit balance.")
        )
    messages.success(request, _("It is in the books, on the invoice."))
    return redirect("staff_desk:transfers")


@require_POST
@for_staff
def match_balance(request: HttpRequest, desk: Desk, line_id: UUID) -> HttpResponse:
    customer = across_customers_one(_id(request, "customer"))
    try:
        match_to_balance(line_id, customer.id, by=desk.actor, at=desk.at)
    except NotWaiting:
        return _wrong(request, _("A colleague has dealt with it meanwhile."))
    messages.success(request, _("It is in the credit balance of %(customer)s.") % {"customer": customer.name})
    return redirect("staff_desk:transfers")


@require_POST
@for_staff
def put_aside(request: HttpRequest, desk: Desk, line_id: UUID) -> HttpResponse:
    line_waiting(line_id)
    try:
        set_aside(line_id, note=request.POST.get("note", "").strip()[:500], by=desk.actor, at=desk.at)
    except NotWaiting:
        return _wrong(request, _("A colleague has dealt with it meanwhile."))
    messages.success(request, _("It is set aside: it pays nothing of ours."))
    return redirect("staff_desk:transfers")


@require_POST
@for_staff
def take_up_again(request: HttpRequest, desk: Desk, line_id: UUID) -> HttpResponse:
    """What was set aside was money for us after all."""
    try:
        line = take_up(line_id)
    except NotWaiting:
        return _wrong(request, _("A colleague has dealt with it meanwhile."))
    return redirect("staff_desk:match", line.id)


def _account(request: HttpRequest) -> str:
    account = request.POST.get("account", "")
    if account not in accounts():
        raise Http404("no such account")
    return account


def _id(request: HttpRequest, name: str) -> UUID:
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        raise Http404(f"no {name}") from None


def _wrong(request: HttpRequest, sentence: str) -> HttpResponse:
    messages.error(request, sentence)
    return redirect("staff_desk:transfers")
