"""Collect what is owed on an invoice: a payment attempt, the gateway, and what it answered.

The attempt is written and committed before the gateway hears of it, and its id is the gateway's idempotency key:
whatever dies in between, the same attempt is asked about again and nobody pays twice.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from palier.billing.gateways import gateway_named
from palier.billing.models import Invoice, Payment, PaymentMethod
from palier.billing.settle import close_attempt, settle
from palier.core.money import Money
from palier.core.states import PAYMENT_IN_FLIGHT
from palier.drivers.errors import Busy, Refused, Unknown
from palier.drivers.gateway import Charge
from palier.ledger.queries import owed_on
from palier.people.seal import unsealed


class NothingOwed(Exception):
    """The invoice is paid already; there is nothing to collect."""


def collect(
    customer_id: UUID,
    invoice_id: UUID,
    *,
    gateway: str,
    method_id: UUID | None,
    return_url: str | Callable[[UUID], str],
    at: datetime,
) -> Payment:
    """One attempt to be paid what is owed; returns it as it stands after the gateway's first answer.

    `return_url` is where the gateway's page sends the client back to, or what makes it of the attempt's id.

    While another attempt is in flight it is that one which is returned, so that a double click pays once. Call it
    outside a transaction. Raises `NothingOwed`, `Invoice.DoesNotExist` or `NoGateway`.
    """
    payment = _attempt(customer_id, invoice_id, gateway, method_id, at)
    if payment.state == "started":
        back_to = return_url if isinstance(return_url, str) else return_url(payment.id)
        send(payment, return_url=back_to, at=at)
        payment.refresh_from_db()
    return payment


@transaction.atomic
def _attempt(
    customer_id: UUID, invoice_id: UUID, gateway: str, method_id: UUID | None, at: datetime
) -> Payment:
    invoice = Invoice.objects.select_for_update().get(customer_id=customer_id, id=invoice_id)
    in_flight = Payment.objects.filter(customer_id=customer_id, invoice=invoice, state__in=PAYMENT_IN_FLIGHT)
    if running := in_flight.first():
        return running
    owed = owed_on(customer_id, invoice_id)
    if owed <= 0:
        raise NothingOwed(f"nothing is owed on invoice {invoice.number}")
    return Payment.objects.create(
        customer_id=customer_id,
        invoice=invoice,
        gateway=gateway,
        method_id=method_id,
        amount=owed,
        currency=invoice.currency,
        started_at=at,
    )


def send(payment: Payment, *, return_url: str, at: datetime) -> None:
    """Tell the gateway of an attempt, again if need be: the key makes it the same payment."""
    gateway = gateway_named(payment.gateway)
    try:
        started = gateway.start(_charge(payment, return_url))
    except Busy:
        close_attempt(payment, state="failed", failure="gateway_busy", at=at)
    except Refused:
        close_attempt(payment, state="failed", failure="gateway_refused", at=at)
    except Unknown:
        return  # It may have happened: the round of upkeep (chase.py) asks again with the same key.
    else:
        if started.state == "needs_action":
            _await_client(payment, started.reference, started.redirect_url)
        else:
            settle(gateway.status(started.reference), gateway=payment.gateway, at=at)


def _charge(payment: Payment, return_url: str) -> Charge:
    invoice = Invoice.objects.select_related("customer").get(
        customer_id=payment.customer_id, id=payment.invoice_id
    )
    return Charge(
        key=str(payment.id),
        money=Money(payment.amount, payment.currency),
        description=f"{invoice.supplier.get('trade_name', '')} · {invoice.number}",
        return_url=return_url,
        callback_url=settings.BASE_URL + reverse("gateway_callback", args=[payment.gateway]),
        method=_token(payment),
        customer_reference=str(payment.customer_id),
        language=invoice.language,
    )


def _token(payment: Payment) -> str | None:
    if payment.method_id is None:
        return None
    method = PaymentMethod.objects.get(customer_id=payment.customer_id, id=payment.method_id)
    return unsealed(method.token)


def _await_client(payment: Payment, reference: str, redirect_url: str) -> None:
    # The call-back may have been faster, and it does not name the page.
    in_flight = Payment.objects.filter(
        customer_id=payment.customer_id, id=payment.id, state__in=PAYMENT_IN_FLIGHT
    )
    in_flight.update(state="needs_action", reference=reference, redirect_url=redirect_url)
