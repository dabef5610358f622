"""Check before accepting: the quote explained, and the token that accepts it. Nothing is written."""

import secrets
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from palier.billing.queries import payment_methods
from palier.core.pricing import Configuration
from palier.core.quote import Quote
from palier.entrypoints.client_area.access import Client, for_client
from palier.entrypoints.client_area.addresses import to
from palier.entrypoints.client_area.filled.check import check_page
from palier.entrypoints.client_area.pages.check import CheckPage
from palier.entrypoints.client_area.terms import code_asked, terms_asked
from palier.entrypoints.client_area.views.answers import page_answer
from palier.people.permissions import CHANGE_PLAN
from palier.plan_changes.facts import Situation, situation
from palier.plan_changes.offer import offer
from palier.provisioning.inspect import queue_inspection


@require_safe
@for_client
def check(request: HttpRequest, client: Client, subscription_id: UUID) -> HttpResponse:
    client.count("quote")
    code = code_asked(request.GET)
    found = situation(client.customer_id, subscription_id, client.at, house=client.house, code=code)
    client.must(CHANGE_PLAN)
    terms = terms_asked(request.GET, found)
    if not terms.plan:
        return redirect(to("choose", subscription_id, query=terms.query))
    if terms.plan not in client.catalog.plans:
        raise Http404(f"no plan {terms.plan}")
    target = terms.configuration(terms.plan, client.catalog)
    page = fresh_check_page(client, found, target, terms.at_renewal.get(terms.plan))
    if page.measured is not None and page.measured.is_measuring:
        queue_inspection(found.service)  # it is there before the button is pressed
    return page_answer(request, "check.html", page)


def fresh_check_page(
    client: Client,
    found: Situation,
    target: Configuration,
    at_renewal: bool | None,
    *,
    chosen_method: str = "",
    read_before: Quote | None = None,
) -> CheckPage:
    """A new offer with a new key: one page, one acceptance, however often its button is pressed."""
    offered = offer(found, target, at_renewal)
    return check_page(
        client,
        found,
        offered,
        key=secrets.token_urlsafe(18),
        at_renewal=at_renewal,
        methods=payment_methods(client.customer_id) if offered.quote.due_now else (),
        chosen_method=chosen_method,
        read_before=read_before,
    )
