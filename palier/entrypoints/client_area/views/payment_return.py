"""Back from the gateway's page: wait for its word, then go on by itself."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from palier.billing.models import Payment
from palier.entrypoints.client_area.access import Client, for_client
from palier.entrypoints.client_area.filled.payment import next_after, payment_page
from palier.entrypoints.client_area.views.answers import live_answer


@require_safe
@for_client
def payment_return(request: HttpRequest, client: Client, payment_id: UUID) -> HttpResponse:
    """What the browser says on its way back counts for nothing: only the gateway's signed call-back does."""
    payments = Payment.objects.select_related("invoice")
    payment = payments.get(customer_id=client.customer_id, id=payment_id)
    if payment.state == "succeeded":
        return redirect(next_after(payment.invoice))
    return live_answer(request, "payment.html", "payment", payment_page(client, payment))
