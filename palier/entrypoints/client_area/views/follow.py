"""Follow a change, and cancel it while that is possible."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from palier.entrypoints.client_area.access import Client, for_client
from palier.entrypoints.client_area.addresses import to
from palier.entrypoints.client_area.filled.follow import follow_page
from palier.entrypoints.client_area.views.answers import SeeOther, live_answer
from palier.people.permissions import CHANGE_PLAN
from palier.plan_changes.queries import change_of
from palier.plan_changes.undo import WorkHasBegun, cancel


@require_safe
@for_client
def follow(request: HttpRequest, client: Client, change_id: UUID) -> HttpResponse:
    return live_answer(request, "follow.html", "follow", follow_page(client, change_id))


@require_POST
@for_client
def cancel_change(request: HttpRequest, client: Client, change_id: UUID) -> HttpResponse:
    change_of(client.customer_id, change_id)
    client.must(CHANGE_PLAN)
    try:
        cancel(client.customer_id, change_id, house=client.house, at=client.at, by=client.actor)
    except WorkHasBegun:
        messages.error(request, _("It is too late to cancel: the work has begun."))
    return SeeOther(to("follow", change_id))
