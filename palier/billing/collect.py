"""Collect what is owed on an invoice: a payment attempt, the gateway, and what it answered.

The attempt is written and committed before the gateway hears of it, and its id is the gateway's idempotency key:
whatever dies in between, the same attempt is asked about again and nobody pays twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from palier.billing.accounts import account_at
from palier.billing.gateways import gateway_named
from palier.billing.models import Invoice, Payment, PaymentMethod
from palier.billing.settle import close_attempt, settle
from palier.core.money import Money
from palier.core.states import PAYMENT_IN_FLIGHT
from palier.drivers.errors import Busy, Refused, Unknown
from palier.drivers.gateway import Charge
from palier.events.keys import new_id
from palier.events.record import Actor, record
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
    language: str = "",
    off_session: bool = False,
) -> Payment:
    """One attempt to be paid what is owed; returns it as it stands after the gateway's first answer.

    `return_url` is where the gateway's page sends the client back to, or what makes it of the attempt's id; `language`
    is that of the page, the invoice's when empty. `off_session` says that nobody is there to confirm.

    While another attempt is in flight it is that one which is returned, so that a double click pays once; a page that
    the client left is given up when the same client chooses another gateway. A transfer that is awaited holds up
    nothing. Call it outside a transaction. Raises `NothingOwed`, `Invoice.DoesNotExist` or `NoGateway`.
    """
    way = _Way(gateway, method_id, return_url, language, off_session)
    payment = _attempt(customer_id, invoice_id, way, at)
    if payment.state == "started":
        send(payment, at=at)
        payment.refresh_from_db()
    return payment


@dataclass(frozen=True, slots=True)
class _Way:
    gateway: str
    method_id: UUID | None
    return_url: str | Callable[[UUID], str]
    language: str
    off_session: bool


@transaction.atomic
def _attempt(customer_id: UUID, invoice_id: UUID, way: _Way, at: datetime) -> Payment:
    invoice = Invoice.objects.select_for_update().get(customer_id=customer_id, id=invoice_id)
    payments = Payment.objects.filter(customer_id=customer_id, invoice=invoice)
    running = payments.filter(state__in=PAYMENT_IN_FLIGHT).first()
    if running is not None:
        if running.state == "started" or running.gateway == way.gateway or way.off_session:
            return running
        close_attempt(running, state="abandoned", failure="page_left", at=at)
    owed = owed_on(customer_id, invoice_id)
    if owed <= 0:
        raise NothingOwed(f"nothing is owed on invoice {invoice.number}")
    awaited = payments.filter(state="awaiting_transfer", gateway=way.gateway).first()
    if awaited is not None:
        awaited.amount = owed
        awaited.save(update_fields=["amount"])
        return awaited
    payment_id = new_id()
    return Payment.objects.create(
        id=payment_id,
        customer_id=customer_id,
        invoice=invoice,
        gateway=way.gateway,
        method_id=way.method_id,
        amount=owed,
        currency=invoice.currency,
        return_url=way.return_url if isinstance(way.return_url, str) else way.return_url(payment_id),
        language=way.language or invoice.language,
        off_session=way.off_session,
        started_at=at,
    )


def send(payment: Payment, *, at: datetime) -> None:
    """Tell the gateway of an attempt, again if need be: the key makes it the same payment."""
    gateway = gateway_named(payment.gateway)
    try:
        started = gateway.start(_charge(payment))
    except Busy:
        close_attempt(payment, state="failed", failure="gateway_busy", at=at)
    except Refused:
        close_attempt(payment, state="failed", failure="gateway_refused", at=at)
    except Unknown:
        return  # It may have happened: the round of upkeep (chase.py) asks again with the same key.
    else:
        if started.state == "needs_action":
            _await_client(payment, started.reference, started.redirect_url)
        elif started.state == "awaiting_transfer":
            _await_transfer(payment, started.reference, at)
        else:
            settle(gateway.status(started.reference), gateway=payment.gateway, at=at)


def _charge(payment: Payment) -> Charge:
    invoice = Invoice.objects.get(customer_id=payment.customer_id, id=payment.invoice_id)
    return Charge(
        key=str(payment.id),
        money=Money(payment.amount, payment.currency),
        description=f"{invoice.supplier.get('trade_name', '')} · {invoice.number}",
        return_url=payment.return_url,
        callback_url=settings.BASE_URL + reverse("gateway_callback", args=[payment.gateway]),
        method=_token(payment),
        account=account_at(payment.gateway, payment.customer_id),
        language=payment.language,
        off_session=payment.off_session,
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


@transaction.atomic
def _await_transfer(payment: Payment, reference: str, at: datetime) -> None:
    begun = Payment.objects.filter(customer_id=payment.customer_id, id=payment.id, state="started")
    if begun.update(state="awaiting_transfer", reference=reference):
        record(
            "payment.awaiting_transfer",
            subject=("payment", payment.id),
            customer_id=payment.customer_id,
            at=at,
            actor=Actor("system"),
            facts={
                "invoice": str(payment.invoice_id),
                "amount": payment.amount,
                "currency": payment.currency,
            },
        )
