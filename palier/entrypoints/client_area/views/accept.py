"""Accept what was read, and pay it; or show what has changed meanwhile, with nothing charged."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from palier.entrypoints.client_area.access import Client, for_client
from palier.entrypoints.client_area.addresses import to
from palier.entrypoints.client_area.views.answers import SeeOther, page_answer
from palier.entrypoints.client_area.views.check import fresh_check_page
from palier.entrypoints.client_area.views.paying import chosen_way, pay_by
from palier.events.trace import lines_are_about
from palier.people.permissions import CHANGE_PLAN, PAY
from palier.plan_changes.accept import KeyReused, QuoteOutdated, accept
from palier.plan_changes.facts import situation
from palier.plan_changes.offer import Offered, OfferExpired, OfferForged, read_token

#: As long a key as a change can keep.
LONGEST_KEY = 64


@require_POST
@for_client
def accept_offer(request: HttpRequest, client: Client, subscription_id: UUID) -> HttpResponse:
    """A repeated press finds the change it made before, and goes on from there."""
    client.count("accept")
    offered = _offered(request, client, subscription_id)
    client.must(CHANGE_PLAN)
    way = None
    if offered.quote.to_next_invoice.total:
        client.must(PAY)
    if offered.quote.due_now:
        client.must(PAY)
        way = chosen_way(client, request.POST.get("method", ""))
    try:
        change = accept(
            request.POST["token"],
            customer_id=client.customer_id,
            by=client.actor,
            idempotency_key=_key(request),
            house=client.house,
            at=client.at,
        )
    except (QuoteOutdated, OfferExpired):
        return _show_again(request, client, offered)
    except KeyReused:
        messages.error(request, _("This page was already used for another change. Here is a new one."))
        return _show_again(request, client, offered)
    lines_are_about(("plan_change", change.id))
    if change.state != "awaiting_payment" or change.invoice_id is None or way is None:
        return SeeOther(to("follow", change.id))
    return pay_by(request, client, change.invoice_id, way, back_to=to("follow", change.id))


def _offered(request: HttpRequest, client: Client, subscription_id: UUID) -> Offered:
    """What the token says, old or not. One that is not ours, or is another's, is not found."""
    try:
        offered = read_token(request.POST.get("token", ""), client.customer_id)
    except OfferExpired as expired:
        offered = expired.offered
    except OfferForged:
        raise Http404("no such offer") from None
    if offered.subscription_id != subscription_id:
        raise Http404("an offer of another subscription")
    return offered


def _key(request: HttpRequest) -> str:
    key = request.POST.get("key", "")
    if not 0 < len(key) <= LONGEST_KEY:
        raise BadRequest("an acceptance has a key")
    return key


def _show_again(request: HttpRequest, client: Client, offered: Offered) -> HttpResponse:
    """The same change as it is today, beside what was read."""
    found = situation(
        client.customer_id, offered.subscription_id, client.at, house=client.house, code=offered.code
    )
    page = fresh_check_page(
        client,
        found,
        offered.target,
        offered.at_renewal,
        chosen_method=request.POST.get("method", ""),
        read_before=offered.quote,
    )
    return page_answer(request, "check.html", page, status=409)
