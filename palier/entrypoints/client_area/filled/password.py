"""Changing a service's password: the form, or what stands in the way."""

from uuid import uuid4

from django.forms import BaseForm
from django.utils.translation import gettext as _

from palier.drivers.panel import Capability
from palier.entrypoints.client_area.access import Client
from palier.entrypoints.client_area.addresses import to
from palier.entrypoints.client_area.filled.parts import crumb_of_service
from palier.entrypoints.client_area.pages.parts import crumbs
from palier.entrypoints.client_area.pages.password import PasswordPage
from palier.entrypoints.design.parts import Crumb
from palier.provisioning.models import Service
from palier.provisioning.panels import capabilities_of, panel_name


def password_page(
    client: Client, service: Service, form: BaseForm | None = None, *, generated: str = "", stops: str = ""
) -> PasswordPage:
    """`generated` was made and set just now: it is shown in this answer, and kept nowhere."""
    subscription = service.subscription
    return PasswordPage(
        plan_name=client.plan_name(subscription.plan_id),
        label=subscription.label,
        account=service.account,
        url=to("password", subscription.id),
        service_url=to("product", subscription.id),
        form=form,
        panel_name=panel_name(service.server),
        generated=generated,
        stops=stops or what_stops(service),
        page_id=uuid4().hex,
        crumbs=crumbs(crumb_of_service(client, subscription), Crumb(_("Change password"))),
    )


def what_stops(service: Service) -> str:
    """Why the password cannot be changed here at all; empty when it can."""
    if service.subscription.state == "cancelled":
        return _("This service is over.")
    if Capability.SET_PASSWORD not in capabilities_of(service.server):
        return _("Our team changes the password of this service: write to us.")
    return ""
