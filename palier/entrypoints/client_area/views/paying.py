"""Pay an invoice: by a saved method at once, or on the gateway's own page."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from palier.billing.collect import NothingOwed, collect
from palier.billing.models import Invoice, PaymentMethod
from palier.billing.queries import payment_methods
from palier.entrypoints.client_area.access import Client, for_client
from palier.entrypoints.client_area.addresses import to
from palier.entrypoints.client_area.filled.payment import next_after
from palier.entrypoints.client_area.views.answers import SeeOther
from palier.people.permissions import PAY
from palier.words.reasons import payment_failure


@dataclass(frozen=True)
class Way:
    """A gateway, and the saved method to be charged there; None for its own page."""

    gateway: str
    method_id: UUID | None = None


@require_POST
@for_client
def pay(request: HttpRequest, client: Client, invoice_id: UUID) -> HttpResponse:
    """While an attempt is in flight it is that one which goes on: a double click pays once."""
    invoice = Invoice.objects.get(customer_id=client.customer_id, id=invoice_id)
    client.must(PAY)
    client.count("pay")
    way = chosen_way(client, request.POST.get("method", ""))
    if way is None:
        messages.error(request, _("There is no way to pay online here: write to us."))
        return SeeOther(to("invoice", invoice_id))
    return pay_by(request, client, invoice_id, way, back_to=next_after(invoice))


def chosen_way(client: Client, choice: str) -> Way | None:
    """What the form says, or else the first good way; None where this host takes no payments.

    Raises `PaymentMethod.DoesNotExist` for what is not this customer's.
    """
    if choice in settings.GATEWAYS:
        return Way(choice)
    if not settings.GATEWAYS:
        return None
    if choice:
        return _saved(client, choice)
    saved = next(
        (one for one in payment_methods(client.customer_id) if one.gateway in settings.GATEWAYS), None
    )
    if saved is not None:
        return Way(saved.gateway, saved.id)
    return next((Way(gateway) for gateway in settings.GATEWAYS), None)


def _saved(client: Client, choice: str) -> Way:
    try:
        method_id = UUID(choice)
    except ValueError:
        raise Http404("no such way to pay") from None
    methods = PaymentMethod.objects.filter(removed_at=None, gateway__in=list(settings.GATEWAYS))
    method = methods.get(customer_id=client.customer_id, id=method_id)
    return Way(method.gateway, method.id)


def pay_by(request: HttpRequest, client: Client, invoice_id: UUID, way: Way, *, back_to: str) -> HttpResponse:
    """Where to go on: the gateway's page, the page that waits for its answer or says how to transfer, or `back_to`."""
    try:
        payment = collect(
            client.customer_id,
            invoice_id,
            gateway=way.gateway,
            method_id=way.method_id,
            return_url=_return_url,
            at=client.at,
            language=client.language,
        )
    except NothingOwed:
        return SeeOther(back_to)
    if payment.state == "needs_action" and payment.redirect_url:
        return SeeOther(payment.redirect_url)
    if payment.state in ("started", "needs_action", "awaiting_transfer"):
        return SeeOther(to("payment_return", payment.id))
    if payment.state != "succeeded":
        failure = payment_failure(payment.failure)
        messages.error(request, _("Nothing was charged. %(failure)s") % {"failure": failure})
    return SeeOther(back_to)


def _return_url(payment_id: UUID) -> str:
    return f"{settings.BASE_URL}{to('payment_return', payment_id)}"
