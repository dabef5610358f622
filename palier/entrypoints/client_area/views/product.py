"""The founding page: one product, its state, and what can be done with it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from palier.entrypoints.client_area.access import Client, for_client
from palier.entrypoints.client_area.filled.product import product_page, read_product
from palier.entrypoints.client_area.views.answers import live_answer
from palier.provisioning.inspect import queue_inspection
from palier.provisioning.panels import panel_origin


@require_safe
@for_client
def product(request: HttpRequest, client: Client, subscription_id: UUID) -> HttpResponse:
    """Old measures are shown with their age, and refreshed by a worker: no page waits for a panel."""
    read = read_product(client, subscription_id)
    page = product_page(client, read)
    if page.measured.is_measuring:
        queue_inspection(read.service)
    response = live_answer(request, "product.html", "usage", page)
    origin = panel_origin(read.service.server)
    # The form that opens the panel is answered by sending the browser there (config/headers.py).
    response.form_origins = (origin,) if page.panel_url and origin else ()  # type: ignore[attr-defined]
    return response
