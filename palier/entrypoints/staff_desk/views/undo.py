"""Undo a change, or refuse one that is up for approval: first what the client gets back and where, then the act."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from palier.billing.models import Refund
from palier.core.money import Money
from palier.entrypoints.staff_desk.access import Desk, for_staff
from palier.entrypoints.staff_desk.filled.undo import undo_page
from palier.entrypoints.staff_desk.pages.undo import UndoPage
from palier.entrypoints.staff_desk.views.acts import to_item
from palier.plan_changes.approve import refuse
from palier.plan_changes.by_person import ReturnTo, undo_by_person
from palier.plan_changes.models import PlanChange
from palier.plan_changes.queries import change_of
from palier.plan_changes.undo import WorkHasBegun
from palier.words.amounts import amount
from palier.work.models import WorkItem
from palier.work.queries import item_of
from palier.work.take import Taken


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def undo(request: HttpRequest, desk: Desk, customer_id: UUID, item_id: UUID) -> HttpResponse:
    item = item_of(customer_id, item_id)
    change = change_of(customer_id, item.subject_id)
    if (
        change.state not in ("needs_person", "needs_approval")
        or not item.is_open
        or item.taken_by != desk.user
    ):
        messages.warning(request, _("Only who has it can undo it, while it waits for a person."))
        return to_item(item)
    if request.method == "POST":
        return _answer(request, desk, item, change)
    return _shown(request, undo_page(desk, item, change))


def _answer(request: HttpRequest, desk: Desk, item: WorkItem, change: PlanChange) -> HttpResponse:
    reason = request.POST.get("reason", "").strip()[:500]
    return_to: ReturnTo = "card" if request.POST.get("return_to") == "card" else "credit_balance"
    page = undo_page(desk, item, change, return_to=return_to, reason=reason)
    if not _is_what_was_read(request, page):
        return _shown(request, page, is_outdated=True)
    if not reason:
        return _shown(request, page, error=_("Write why it cannot be done: the client reads it."))
    end = refuse if change.state == "needs_approval" else undo_by_person
    try:
        undone = end(
            item.customer_id, change.id,
            house=desk.house, by=desk.user, at=desk.at, sentence=reason, return_to=return_to,
        )  # fmt: skip
    except Taken as taken:
        messages.warning(request, _("%(person)s has it now.") % {"person": taken.by})
        return to_item(item)
    except WorkHasBegun:
        messages.warning(request, _("Another act on this account is under way: try again in a moment."))
        return to_item(item)
    _say_what_came_of_it(request, desk, undone, page, return_to)
    return redirect("staff_desk:queue")


def _is_what_was_read(request: HttpRequest, page: UndoPage) -> bool:
    """The amounts that the person saw are those of now."""
    read = (request.POST.get("total"), request.POST.get("to_card"))
    return read == (str(page.total.minor), str(page.to_card.minor))


def _shown(request: HttpRequest, page: UndoPage, **also: Any) -> HttpResponse:
    status = 422 if also else 200
    return render(request, "staff_desk/undo.html", {"page": replace(page, **also)}, status=status)


def _say_what_came_of_it(
    request: HttpRequest, desk: Desk, change: PlanChange, page: UndoPage, return_to: ReturnTo
) -> None:
    if change.state not in ("reversed", "cancelled"):
        return
    if page.is_refusal:
        messages.success(request, _("Refused. The client is told why."))
    if not page.total.minor:
        if not page.is_refusal:
            messages.success(request, _("Undone. Nothing had been paid, so nothing goes back."))
        return
    kept = page.total
    if return_to == "card":
        sent = _sent_back(change, page.total.currency)
        kept = page.total - sent
        if sent.minor:
            said = _("Undone. %(amount)s is on its way back.") % {"amount": amount(sent, desk.language)}
            messages.success(request, said)
        else:
            messages.error(request, _("Undone, but the gateway refused the refund: see the queue."))
    if kept.minor:
        said = _("%(amount)s is in the client’s credit balance.") % {"amount": amount(kept, desk.language)}
        messages.success(request, said)


def _sent_back(change: PlanChange, currency: str) -> Money:
    """What went back to where it came from, or is being sent there."""
    refunds = Refund.objects.filter(customer_id=change.customer_id, payment__invoice=change.invoice)
    return Money(sum(refund.amount for refund in refunds if refund.state != "failed"), currency)
