"""What a person does with an item: each is a POST that ends on the item's page, with a sentence on what came of it."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from palier.drivers.errors import PanelError
from palier.entrypoints.staff_desk.access import Desk, for_staff
from palier.entrypoints.staff_desk.filled.instructions import instructions_for
from palier.entrypoints.staff_desk.names import Names
from palier.people.queries import staff
from palier.plan_changes import approve as approval
from palier.plan_changes import by_person, items
from palier.plan_changes.models import PlanChange
from palier.plan_changes.queries import change_of
from palier.provisioning.inspect import inspect
from palier.provisioning.lease import InUse
from palier.provisioning.panels import NotConfigured
from palier.provisioning.queries import job_of, service_of
from palier.provisioning.retry_job import retry_job
from palier.words.differences import difference_line
from palier.words.reasons import change_reason
from palier.work.models import WorkItem
from palier.work.queries import item_of
from palier.work.take import Taken

Act = Callable[[HttpRequest, Desk, WorkItem], None]


def act(do: Act) -> Callable[..., HttpResponse]:
    """The view of an act: what keeps it from being done is said, and the item's page shows how it stands."""

    @require_POST
    @for_staff
    @wraps(do)
    def view(request: HttpRequest, desk: Desk, customer_id: UUID, item_id: UUID) -> HttpResponse:
        item = item_of(customer_id, item_id)
        try:
            do(request, desk, item)
        except Taken as taken:
            messages.warning(request, _("%(person)s has it now.") % {"person": taken.by})
        except items.Closed:
            messages.warning(request, _("It was closed meanwhile: there is nothing left to do."))
        return to_item(item)

    return view


def to_item(item: WorkItem) -> HttpResponseRedirect:
    return redirect("staff_desk:item", item.customer_id, item.id)


@act
def take(request: HttpRequest, desk: Desk, item: WorkItem) -> None:
    items.take_item(item.customer_id, item.id, by=desk.user, at=desk.at)


@act
def let_go(request: HttpRequest, desk: Desk, item: WorkItem) -> None:
    items.let_go_item(item.customer_id, item.id, by=desk.user, at=desk.at)
    messages.success(request, _("It is back in the queue."))


@act
def give(request: HttpRequest, desk: Desk, item: WorkItem) -> None:
    """To a colleague, or to oneself from one who is away."""
    to_id, had_by = _id_in(request, "to"), _id_in(request, "had_by")
    to = staff().filter(id=to_id).first() if to_id else None
    if to is None:
        raise Http404
    items.give_item(item.customer_id, item.id, to=to, had_by=had_by, by=desk.user, at=desk.at)
    if to != desk.user:
        messages.success(request, _("%(person)s has it now.") % {"person": to})


def _id_in(request: HttpRequest, field: str) -> UUID | None:
    try:
        return UUID(request.POST.get(field, ""))
    except ValueError:
        return None


@act
def note(request: HttpRequest, desk: Desk, item: WorkItem) -> None:
    text = request.POST.get("text", "").strip()[:2000]
    if text:
        items.note_on_item(item.customer_id, item.id, text=text, by=desk.user, at=desk.at)


@act
def close(request: HttpRequest, desk: Desk, item: WorkItem) -> None:
    """Of an item that is not about a change."""
    if item.subject_kind == "plan_change":
        raise Http404
    items.close_item(item.customer_id, item.id, by=desk.user, at=desk.at)
    messages.success(request, _("Closed."))


@act
def read_panel(request: HttpRequest, desk: Desk, item: WorkItem) -> None:
    """What it says is kept with its moment, and shown by the page."""
    change = _change_about(item)
    service = service_of(item.customer_id, change.subscription_id)
    if not by_person.panel_confirms(change, service, desk.house):
        raise Http404
    try:
        inspect(service, desk.at)
    except (PanelError, InUse, NotConfigured) as error:
        messages.error(request, _not_read(error))


@act
def retry(request: HttpRequest, desk: Desk, item: WorkItem) -> None:
    if item.subject_kind == "plan_change":
        _retry_change(request, desk, _change_about(item))
        return
    job = job_of(item.customer_id, (item.subject_kind, item.subject_id))
    if job is None:
        raise Http404
    items.take_item(item.customer_id, item.id, by=desk.user, at=desk.at)
    if retry_job(item.customer_id, job.id, by=desk.actor, at=desk.at):
        messages.success(request, _("The panel is asked again. If it cannot, this comes back to the queue."))


def _retry_change(request: HttpRequest, desk: Desk, change: PlanChange) -> None:
    try:
        found = by_person.retry(change.customer_id, change.id, house=desk.house, by=desk.user, at=desk.at)
    except by_person.NotForMachines:
        raise Http404 from None
    if found.state == "applying":
        messages.success(request, _("The panel is asked again. If it cannot, this comes back to the queue."))


@act
def approve(request: HttpRequest, desk: Desk, item: WorkItem) -> None:
    change = _change_about(item)
    try:
        found = approval.approve(item.customer_id, change.id, house=desk.house, by=desk.user, at=desk.at)
    except approval.PaymentInFlight:
        messages.warning(
            request, _("Nothing was written: a payment of this service is under way. Try again in a moment.")
        )
        return
    if found.state == "cancelled":
        why = change_reason(found.reason)
        messages.warning(
            request, _("It could not go on as it was accepted, and is cancelled. %(why)s") % {"why": why}
        )
    elif found.approved_at is not None:
        messages.success(request, _("Approved. The client is told."))


@act
def finish(request: HttpRequest, desk: Desk, item: WorkItem) -> None:
    """Where a panel can be read it decides; elsewhere the person vouches for each line of the list."""
    change = _change_about(item)
    if not _is_vouched_for(request, desk, change):
        messages.error(request, _("Nothing was written: tick each line of the list first."))
        return
    try:
        found = by_person.finish_by_person(
            item.customer_id, change.id, house=desk.house, by=desk.user, at=desk.at
        )
    except by_person.NotConfirmed as error:
        messages.error(request, _not_confirmed(error, desk.names))
    except (PanelError, InUse, NotConfigured) as error:
        messages.error(request, _not_read(error))
    else:
        if found.state == "done":
            messages.success(request, _("Done. The client is told that the service is fully operational."))


def _is_vouched_for(request: HttpRequest, desk: Desk, change: PlanChange) -> bool:
    service = service_of(change.customer_id, change.subscription_id)
    if by_person.panel_confirms(change, service, desk.house):
        return True
    lines = len(instructions_for(change, service, desk.house, desk.names))
    return {str(number) for number in range(1, lines + 1)} <= set(request.POST.getlist("done"))


def _not_confirmed(error: by_person.NotConfirmed, names: Names) -> str:
    words = names.resources()
    lines = [difference_line(one.what, one.wanted, one.found, words, names.language) for one in error.found]
    first = ngettext(
        "Nothing was written: the panel says otherwise in %(count)s place.",
        "Nothing was written: the panel says otherwise in %(count)s places.",
        len(lines),
    ) % {"count": len(lines)}
    return " ".join([first, *(f"{line}." for line in lines)])


def _not_read(error: Exception) -> str:
    if isinstance(error, InUse):
        return _("Another act on this account is under way: try again in a moment.")
    return _("The panel could not be read, and nothing was written: %(detail)s") % {"detail": error}


def _change_about(item: WorkItem) -> PlanChange:
    """Not found, for an item that is not about one."""
    return change_of(item.customer_id, item.subject_id)
