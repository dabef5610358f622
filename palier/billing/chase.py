"""Find out what became of payments that a gateway has not told us the end of."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings

from palier.billing.collect import send
from palier.billing.gateways import gateway_named
from palier.billing.models import Payment
from palier.billing.settle import settle
from palier.core.states import PAYMENT_IN_FLIGHT
from palier.drivers.errors import GatewayError

#: Younger than this, a payment is still being made; the gateway's call-back will come.
PATIENCE = timedelta(minutes=2)


def across_customers_in_flight(at: datetime) -> Iterator[Payment]:
    payments = Payment.objects.filter(state__in=PAYMENT_IN_FLIGHT, started_at__lte=at - PATIENCE)
    return iter(payments.order_by("started_at")[:200])


def chase(payment: Payment, *, at: datetime) -> None:
    """Ask the gateway; one that may never have heard of it is told again, under the same key."""
    if payment.reference is None:
        send(payment, return_url=settings.BASE_URL, at=at)
        return
    try:
        report = gateway_named(payment.gateway).status(payment.reference)
    except GatewayError:
        return
    settle(report, gateway=payment.gateway, at=at)
