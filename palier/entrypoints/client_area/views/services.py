"""The list of products and services."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from palier.entrypoints.client_area.access import Client, for_client
from palier.entrypoints.client_area.filled.lists import services_page
from palier.entrypoints.client_area.views.answers import page_answer


@require_safe
@for_client
def services(request: HttpRequest, client: Client) -> HttpResponse:
    return page_answer(request, "services.html", services_page(client, request.GET.get("page", "1")))
