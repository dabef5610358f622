"""Choose a level: the ladder, on the terms that are asked. Nothing is written."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from palier.entrypoints.client_area.access import Client, for_client
from palier.entrypoints.client_area.filled.choose import choose_page
from palier.entrypoints.client_area.terms import code_asked, terms_asked
from palier.entrypoints.client_area.views.answers import page_answer
from palier.people.permissions import CHANGE_PLAN
from palier.plan_changes.facts import situation
from palier.provisioning.inspect import queue_inspection


@require_safe
@for_client
def choose(request: HttpRequest, client: Client, subscription_id: UUID) -> HttpResponse:
    """What the last measures say fits, with their age. Old ones are taken anew meanwhile by a worker, and the page
    shows what comes of it: no page waits for a panel. Before any change it is read again."""
    code = code_asked(request.GET)
    if code:
        client.count("quote")
    found = situation(client.customer_id, subscription_id, client.at, house=client.house, code=code)
    client.must(CHANGE_PLAN)
    page = choose_page(client, found, terms_asked(request.GET, found))
    if page.measured is not None and page.measured.is_measuring:
        queue_inspection(found.service)
    return page_answer(request, "choose.html", page)
