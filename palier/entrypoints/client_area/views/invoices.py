"""The list of invoices and credit notes."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from palier.entrypoints.client_area.access import Client, for_client
from palier.entrypoints.client_area.filled.documents import invoices_page
from palier.entrypoints.client_area.views.answers import page_answer
from palier.subscriptions.models import Subscription


@require_safe
@for_client
def invoices(request: HttpRequest, client: Client) -> HttpResponse:
    """Of one service with `?service=`."""
    subscription = _subscription(client, request.GET.get("service", ""))
    page = invoices_page(client, request.GET.get("page", "1"), subscription)
    return page_answer(request, "invoices.html", page)


def _subscription(client: Client, asked: str) -> Subscription | None:
    if not asked:
        return None
    try:
        subscription_id = UUID(asked)
    except ValueError:
        raise Http404("no such service") from None
    return Subscription.objects.get(customer_id=client.customer_id, id=subscription_id)
