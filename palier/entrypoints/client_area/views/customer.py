"""Act for another of one's customers."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from palier.entrypoints.client_area.access import CUSTOMER, Client, for_client
from palier.entrypoints.client_area.addresses import to
from palier.entrypoints.client_area.views.answers import SeeOther
from palier.people.sign_in import place_with


@require_POST
@for_client
def choose_customer(request: HttpRequest, client: Client) -> HttpResponse:
    try:
        place = place_with(client.member.user, UUID(request.POST.get("customer", "")))
    except ValueError:
        place = None
    if place is None:
        raise Http404("not a member of that customer")
    request.session[CUSTOMER] = str(place.customer_id)
    return SeeOther(to("dashboard"))
