"""Asking for the end of a service, or the request that is open."""

from datetime import date

from django.forms import BaseForm
from django.utils.translation import gettext as _

from palier.entrypoints.client_area.access import Client
from palier.entrypoints.client_area.addresses import to
from palier.entrypoints.client_area.filled.at_once import at_once_value
from palier.entrypoints.client_area.filled.parts import crumb_of_service
from palier.entrypoints.client_area.forms import CancellationForm
from palier.entrypoints.client_area.pages.cancellation import AtOnce, CancellationPage, OpenRequest
from palier.entrypoints.client_area.pages.parts import crumbs
from palier.entrypoints.design.parts import Crumb
from palier.people.permissions import CANCEL
from palier.plan_changes.end_subscription import end_at_once, ends_at_renewal_on
from palier.plan_changes.standing import Standing
from palier.subscriptions.models import CancellationRequest
from palier.subscriptions.queries import addons_of, cancellation_of
from palier.words.dates import long_day
from palier.words.plans import to_plan


def cancellation_page(
    client: Client,
    standing: Standing,
    form: BaseForm | None = None,
    *,
    stops: str = "",
    confirms: bool = False,
    outdated: bool = False,
) -> CancellationPage:
    subscription = standing.subscription
    request = cancellation_of(client.customer_id, subscription.id)
    if subscription.state == "cancelled":
        stops = _("This service is over.")
    asks = not (request or stops)
    return CancellationPage(
        plan_name=client.plan_name(subscription.plan_id),
        label=subscription.label,
        url=to("cancellation", subscription.id),
        service_url=to("product", subscription.id),
        renewal_on=_kept_until(client, standing),
        form=(form or CancellationForm()) if asks else None,
        at_once=_at_once(client, standing) if asks else None,
        confirms=confirms and asks,
        outdated=outdated,
        request=_open_request(client, request) if request else None,
        open_change=_open_change(client, standing),
        addons=_addons(client, standing) if asks else "",
        stops=stops,
        crumbs=crumbs(crumb_of_service(client, subscription), Crumb(_("Request cancellation"))),
    )


def _at_once(client: Client, standing: Standing) -> AtOnce:
    found = end_at_once(client.customer_id, standing.subscription.id, house=client.house, at=client.at)
    return at_once_value(client, found)


def _addons(client: Client, standing: Standing) -> str:
    if not standing.has_addons:
        return ""
    found = addons_of(client.customer_id, standing.subscription.id)
    return ", ".join(client.plan_name(addon.plan_id) for addon in found)


def _kept_until(client: Client, standing: Standing) -> date | None:
    """None where an end at renewal would be one of today."""
    until_on = ends_at_renewal_on(standing.subscription, client.on)
    return until_on if until_on > client.on else None


def _open_request(client: Client, request: CancellationRequest) -> OpenRequest:
    asked_by = request.requested_by
    return OpenRequest(
        ends_on=request.ends_on,
        at_renewal=request.at_renewal,
        requested_at=request.requested_at,
        requested_by=asked_by.name if asked_by else client.provider.name,
        withdraw_url=to("withdraw", request.subscription_id) if client.may(CANCEL) else "",
    )


def _open_change(client: Client, standing: Standing) -> str:
    """What becomes of the change that is open: it is undone first."""
    change = standing.change
    if change is None:
        return ""
    plan = to_plan(client.plan_name(change.target.plan), client.language)
    if change.state == "scheduled":
        day = long_day(change.takes_effect_on, client.language)
        return _("Your change %(plan)s, planned for %(day)s, will be given up.") % {"plan": plan, "day": day}
    return _("Your change %(plan)s, which is under way, will be undone first.") % {"plan": plan}
