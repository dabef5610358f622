"""What machines have given up, and having them try again."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from palier.entrypoints.staff_desk.access import Desk, for_staff
from palier.entrypoints.staff_desk.filled.jobs import jobs_page
from palier.events.failures import run_again
from palier.provisioning.retry_job import retry_job


@require_safe
@for_staff
def jobs(request: HttpRequest, desk: Desk) -> HttpResponse:
    return render(request, "staff_desk/jobs.html", {"page": jobs_page(desk)})


@require_POST
@for_staff
def retry_one(request: HttpRequest, desk: Desk, customer_id: UUID, job_id: UUID) -> HttpResponse:
    """A request to a panel; one for a change is tried again with its change."""
    try:
        is_queued = retry_job(customer_id, job_id, by=desk.actor, at=desk.at)
    except ValueError:
        raise Http404 from None
    return _back(request, is_queued)


@require_POST
@for_staff
def run_task_again(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """A task of the queue."""
    return _back(request, run_again(number, by=desk.actor, at=desk.at))


def _back(request: HttpRequest, is_queued: bool) -> HttpResponse:
    if is_queued:
        messages.success(request, _("It is tried again."))
    else:
        messages.warning(request, _("It needs nobody any more."))
    return redirect("staff_desk:jobs")
