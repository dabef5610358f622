"""What differs between the servers and our side, and setting either side right."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from palier.entrypoints.staff_desk.access import Desk, for_staff
from palier.entrypoints.staff_desk.filled.drifts import drifts_page, end_here_page
from palier.reconciliation.adopt_plan import NotOurs
from palier.reconciliation.compare_now import ask_to_compare
from palier.reconciliation.queries import drift_of
from palier.reconciliation.repair_ours import repair_ours
from palier.reconciliation.repair_server import repair_server
from palier.words.drifts import NOT_OURS


@require_safe
@for_staff
def drifts(request: HttpRequest, desk: Desk) -> HttpResponse:
    return render(
        request, "staff_desk/drifts.html", {"page": drifts_page(desk, request.GET.get("page", "1"))}
    )


@require_POST
@for_staff
def compare(request: HttpRequest, desk: Desk) -> HttpResponse:
    if not ask_to_compare(desk.at):
        messages.info(request, _("They are being compared already."))
    return redirect("staff_desk:drifts")


@require_safe
@for_staff
def end_here(request: HttpRequest, desk: Desk, customer_id: UUID, drift_id: UUID) -> HttpResponse:
    """Before our side ends: what that does."""
    drift = drift_of(customer_id, drift_id)
    if drift.ended_at is not None or drift.kind != "missing":
        return _gone(request)
    return render(request, "staff_desk/end_here.html", {"page": end_here_page(desk, drift)})


@require_POST
@for_staff
def server(request: HttpRequest, desk: Desk, customer_id: UUID, drift_id: UUID) -> HttpResponse:
    if not repair_server(customer_id, drift_id, house=desk.house, by=desk.actor, at=desk.at):
        return _gone(request)
    messages.success(
        request, _("The server is asked. What it says then ends the difference, or the work queue has it.")
    )
    return redirect("staff_desk:drifts")


@require_POST
@for_staff
def ours(request: HttpRequest, desk: Desk, customer_id: UUID, drift_id: UUID) -> HttpResponse:
    try:
        is_done = repair_ours(customer_id, drift_id, house=desk.house, by=desk.actor, at=desk.at)
    except NotOurs as refused:
        messages.error(request, str(NOT_OURS[refused.code]))
        return redirect("staff_desk:drifts")
    if not is_done:
        return _gone(request)
    messages.success(request, _("Our side is what the server has."))
    return redirect("staff_desk:drifts")


def _gone(request: HttpRequest) -> HttpResponse:
    messages.warning(request, _("It has been set right meanwhile, or somebody is at it."))
    return redirect("staff_desk:drifts")
