"""Ask for the end of a service, or take the request back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from palier.core.money import Money
from palier.entrypoints.client_area.access import Client, for_client
from palier.entrypoints.client_area.addresses import to
from palier.entrypoints.client_area.filled.cancellation import cancellation_page
from palier.entrypoints.client_area.forms import CancellationForm
from palier.entrypoints.client_area.views.answers import SeeOther, page_answer
from palier.people.permissions import CANCEL
from palier.plan_changes.end_subscription import SettlementOutdated, request_end
from palier.plan_changes.end_subscription import withdraw as withdraw_request
from palier.plan_changes.standing import Standing, standing_of
from palier.plan_changes.undo import WorkHasBegun
from palier.subscriptions.cancel import NotCancellable
from palier.subscriptions.models import CancellationRequest
from palier.words.amounts import amount


@require_http_methods(["GET", "HEAD", "POST"])
@for_client
def cancellation(request: HttpRequest, client: Client, subscription_id: UUID) -> HttpResponse:
    """A request that is open can be read by every member; asking for one takes the right to."""
    standing = standing_of(client.customer_id, subscription_id)
    if standing.ends_on is None or request.method == "POST":
        client.must(CANCEL)
    if request.method == "POST":
        return _ask(request, client, standing)
    return page_answer(request, "cancellation.html", cancellation_page(client, standing))


def _ask(request: HttpRequest, client: Client, standing: Standing) -> HttpResponse:
    """The end of what is paid is asked for; the end at once is first read once more, with its figures."""
    form, subscription_id = CancellationForm(request.POST), standing.subscription.id
    if not form.is_valid():
        page = cancellation_page(client, standing, form)
        return page_answer(request, "cancellation.html", page, status=422)
    at_renewal, promise = form.cleaned_data["when"] == "renewal", form.cleaned_data["promise"]
    if not at_renewal and not promise:
        page = cancellation_page(client, standing, form, confirms=True)
        return page_answer(request, "cancellation.html", page)
    try:
        asked = request_end(
            client.customer_id,
            subscription_id,
            at_renewal=at_renewal,
            reason=form.cleaned_data["reason"],
            promise=promise or None,
            house=client.house,
            by=client.actor,
            at=client.at,
        )
    except NotCancellable:
        return SeeOther(to("cancellation", subscription_id))
    except SettlementOutdated:
        page = cancellation_page(client, standing, form, confirms=True, outdated=True)
        return page_answer(request, "cancellation.html", page, status=409)
    except WorkHasBegun:
        stops = _("A change of this service has begun. Ask again when it is done.")
        page = cancellation_page(client, standing, stops=stops)
        return page_answer(request, "cancellation.html", page, status=409)
    if asked.ends_on <= client.on:
        messages.success(request, _ended(client, asked))
        return SeeOther(to("product", subscription_id))
    return SeeOther(to("cancellation", subscription_id))


def _ended(client: Client, asked: CancellationRequest) -> str:
    settled = asked.settlement
    if not settled.get("total"):
        return _("The service has ended.")
    money = amount(Money(settled["total"], settled["currency"]), client.language)
    return _("The service has ended, and %(money)s are given back: a message says where.") % {"money": money}


@require_POST
@for_client
def withdraw(request: HttpRequest, client: Client, subscription_id: UUID) -> HttpResponse:
    standing_of(client.customer_id, subscription_id)
    client.must(CANCEL)
    if withdraw_request(client.customer_id, subscription_id, by=client.actor, at=client.at):
        messages.success(request, _("The request is withdrawn: you keep this service."))
    return SeeOther(to("product", subscription_id))
