"""Add an add-on to a service: look at what it costs, then buy it and pay."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from palier.billing.queries import open_invoices_of, payment_methods
from palier.catalog.for_sale import Plan
from palier.core.money import Money
from palier.core.periods import BillingCycle, UnknownCycle
from palier.core.pricing import Configuration
from palier.entrypoints.client_area.access import Client, for_client
from palier.entrypoints.client_area.addresses import to
from palier.entrypoints.client_area.filled.addon import addon_page
from palier.entrypoints.client_area.views.answers import SeeOther, page_answer
from palier.entrypoints.client_area.views.paying import chosen_way, pay_by
from palier.people.permissions import CHANGE_PLAN
from palier.plan_changes.standing import standing_of
from palier.provisioning.add_addon import AddedAlready, NotAddable, add_addon
from palier.subscriptions.models import Subscription


@require_http_methods(["GET", "HEAD", "POST"])
@for_client
def addon(request: HttpRequest, client: Client, subscription_id: UUID, plan_code: str) -> HttpResponse:
    parent = standing_of(client.customer_id, subscription_id).subscription
    client.must(CHANGE_PLAN)
    plan = _plan(client, parent, plan_code)
    cycle = _cycle(client, parent, plan, (request.POST or request.GET).get("cycle", ""))
    page = addon_page(client, parent, plan, cycle, methods=payment_methods(client.customer_id))
    if request.method != "POST":
        return page_answer(request, "addon.html", page)
    if request.POST.get("total") != str(page.total.minor):
        was = _money(request.POST.get("total", ""), page.total)
        page = addon_page(client, parent, plan, cycle, methods=payment_methods(client.customer_id), was=was)
        return page_answer(request, "addon.html", page, status=409)
    return _add(request, client, parent, Configuration(plan.code, cycle))


def _add(request: HttpRequest, client: Client, parent: Subscription, wanted: Configuration) -> HttpResponse:
    try:
        bought = add_addon(
            client.customer_id, parent.id, wanted, house=client.house, by=client.actor, at=client.at
        )
    except AddedAlready as known:
        return SeeOther(to("product", known.addon.id))
    except NotAddable:
        messages.error(request, _("This cannot be added to the service any more; nothing was charged."))
        return SeeOther(to("product", parent.id))
    invoice = open_invoices_of(client.customer_id).filter(lines__subscription_id=bought.id).first()
    way = chosen_way(client, request.POST.get("method", ""))
    if invoice is None or way is None:
        return SeeOther(to("product", bought.id))
    return pay_by(request, client, invoice.id, way, back_to=to("product", bought.id))


def _plan(client: Client, parent: Subscription, code: str) -> Plan:
    """Raises `Http404` for what is not sold for this service's plan today."""
    for product in client.catalog.addons_of(parent.plan_id):
        for plan in product.plans:
            if plan.code == code and client.catalog.cycles_of(code, parent.currency) and not plan.retired:
                return plan
    raise Http404("no such add-on")


def _cycle(client: Client, parent: Subscription, plan: Plan, asked: str) -> BillingCycle:
    """The cycle asked for if it is sold, else the service's own, else the shortest."""
    sold = client.catalog.cycles_of(plan.code, parent.currency)
    for code in (asked, parent.cycle):
        try:
            if code and BillingCycle(code).code in sold:
                return BillingCycle(code)
        except UnknownCycle:
            continue
    return BillingCycle(sold[0])


def _money(written: str, like: Money) -> Money | None:
    return Money(int(written), like.currency) if written.isdecimal() else None
