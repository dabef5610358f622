"""Saved payment methods: see them, add one on a gateway's page, make one the default, let one go."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from palier.billing.choose_method import make_default, remove_method
from palier.billing.gateways import gateways_with
from palier.billing.models import MethodSetup, PaymentMethod
from palier.billing.save_method import start_setup
from palier.drivers.gateway import Ability
from palier.entrypoints.client_area.access import Client, for_client
from palier.entrypoints.client_area.addresses import to
from palier.entrypoints.client_area.filled.methods import methods_page, remove_method_page
from palier.entrypoints.client_area.views.answers import SeeOther, live_answer, page_answer
from palier.people.permissions import PAY
from palier.words.reasons import payment_failure


@require_safe
@for_client
def methods(request: HttpRequest, client: Client) -> HttpResponse:
    return live_answer(request, "methods.html", "methods", methods_page(client))


@require_safe
@for_client
def method_saved(request: HttpRequest, client: Client, setup_id: UUID) -> HttpResponse:
    """Back from the gateway's page: what the browser says counts for nothing, so we wait for the gateway's word."""
    setup = MethodSetup.objects.get(customer_id=client.customer_id, id=setup_id)
    return live_answer(request, "methods.html", "methods", methods_page(client, setup))


@require_POST
@for_client
def add_method(request: HttpRequest, client: Client, gateway: str) -> HttpResponse:
    client.must(PAY)
    client.count("pay")
    if gateway not in gateways_with(Ability.SET_UP):
        raise Http404("nothing can be saved there")
    setup = start_setup(
        client.customer_id, gateway=gateway, return_url=_return_url, language=client.language, at=client.at
    )
    if setup.state == "needs_action" and setup.redirect_url:
        return SeeOther(setup.redirect_url)
    if setup.state == "failed":
        messages.error(request, payment_failure(setup.failure))
        return SeeOther(to("methods"))
    return SeeOther(to("method_saved", setup.id))


@require_POST
@for_client
def default_method(request: HttpRequest, client: Client, method_id: UUID) -> HttpResponse:
    PaymentMethod.objects.get(customer_id=client.customer_id, id=method_id, removed_at=None)
    client.must(PAY)
    method = make_default(client.customer_id, method_id)
    messages.success(request, _("Your renewals are charged to %(method)s.") % {"method": method.label})
    return SeeOther(to("methods"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_client
def remove(request: HttpRequest, client: Client, method_id: UUID) -> HttpResponse:
    """Asked once more, with what it means."""
    method = PaymentMethod.objects.get(customer_id=client.customer_id, id=method_id, removed_at=None)
    client.must(PAY)
    if request.method != "POST":
        return page_answer(request, "method_remove.html", remove_method_page(client, method))
    remove_method(client.customer_id, method_id, by=client.actor, at=client.at)
    messages.success(request, _("%(method)s is removed.") % {"method": method.label})
    return SeeOther(to("methods"))


def _return_url(setup_id: UUID) -> str:
    return f"{settings.BASE_URL}{to('method_saved', setup_id)}"
