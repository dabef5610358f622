"""Into the service's panel, signed in."""

from uuid import UUID

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from palier.drivers.errors import PanelError
from palier.entrypoints.client_area.access import Client, for_client
from palier.entrypoints.client_area.addresses import to
from palier.entrypoints.client_area.views.answers import SeeOther
from palier.people.permissions import OPEN_PANEL
from palier.provisioning.panels import NotConfigured
from palier.provisioning.queries import service_of
from palier.provisioning.sign_in import sign_in_url


@never_cache
@require_POST
@for_client
def panel(request: HttpRequest, client: Client, subscription_id: UUID) -> HttpResponse:
    service = service_of(client.customer_id, subscription_id)
    client.must(OPEN_PANEL)
    client.count("panel")
    try:
        return SeeOther(sign_in_url(service, get_adapter().get_client_ip(request)))
    except (PanelError, NotConfigured):
        messages.error(request, _("The panel does not answer. Please try again in a few minutes."))
        return SeeOther(to("product", subscription_id))
