"""Find out what became of payments that a gateway has not told us the end of.

One task of the queue for each payment, so that a gateway that keeps silent holds up nobody else.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F, Q
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from palier.billing.collect import send
from palier.billing.gateways import NoGateway, gateway_named
from palier.billing.models import Payment
from palier.billing.settle import UnknownPayment, close_attempt, settle
from palier.core.states import PAYMENT_IN_FLIGHT
from palier.drivers.errors import DriverError
from palier.work.open_item import open_item

log = structlog.get_logger()

#: The queue's name for "ask what became of this payment"; batch/ defines the task.
CHASE = "palier.chase_payment"

#: Younger than this, a payment is still being made; the gateway's call-back will come.
PATIENCE = timedelta(minutes=2)
#: A page that was left open holds a plan change up no longer than this.
PAGE_OPEN = timedelta(minutes=20)
#: A page that we gave up may still be paid: it is asked about for a day, less often.
AFTERWARDS = timedelta(days=1)

#: Gateways remember a key for a day at least. A payment of which we know nothing by now is not asked for again under a
#: key that may be forgotten: that would be a second payment.
KEY_IS_REMEMBERED = timedelta(hours=20)

PAUSE = timedelta(seconds=30)
PAUSE_AFTERWARDS = timedelta(hours=1)
#: Asked about in one round, those not asked for longest first: none hides another.
AT_ONCE = 200


def across_customers_to_chase(at: datetime) -> Iterator[Payment]:
    """Payments in flight, and those given up today that their page may still bring money to."""
    rested, long_rested = _not_asked_since(at - PAUSE), _not_asked_since(at - PAUSE_AFTERWARDS)
    in_flight = Q(state__in=PAYMENT_IN_FLIGHT, started_at__lte=at - PATIENCE) & rested
    given_up = Q(state="abandoned", reference__isnull=False, started_at__gt=at - AFTERWARDS) & long_rested
    payments = Payment.objects.filter(in_flight | given_up)
    return iter(payments.order_by(F("asked_at").asc(nulls_first=True), "started_at")[:AT_ONCE])


def _not_asked_since(instant: datetime) -> Q:
    return Q(asked_at=None) | Q(asked_at__lte=instant)


@transaction.atomic
def queue_chase(payment: Payment, *, at: datetime) -> None:
    """Have a worker ask: once, however many rounds find it. It goes to the end of the line."""
    Payment.objects.filter(customer_id=payment.customer_id, id=payment.id).update(asked_at=at)
    name = f"{CHASE}:{payment.id}"
    task = app.configure_task(CHASE, lock=name, queueing_lock=name)
    with suppress(AlreadyEnqueued), transaction.atomic():
        task.defer(customer_id=str(payment.customer_id), payment_id=str(payment.id))


def chase(customer_id: UUID, payment_id: UUID, *, at: datetime) -> None:
    """Ask the gateway; one that may never have heard of it is told again, under the same key.

    A client who left the gateway's page is not waited for; money that comes all the same is taken in.
    """
    payment = Payment.objects.get(customer_id=customer_id, id=payment_id)
    if payment.state not in (*PAYMENT_IN_FLIGHT, "abandoned"):
        return
    if payment.state == "abandoned" and payment.reference is None:
        return  # Telling the gateway of it now would charge what nobody wants any more.
    if payment.reference is None and payment.started_at <= at - KEY_IS_REMEMBERED:
        _give_up(payment, at)
        return
    try:
        _ask(payment, at)
    except (DriverError, NoGateway, UnknownPayment) as error:
        log.warning("payment_not_chased", payment_id=str(payment.id), error=type(error).__name__)
    payment.refresh_from_db()
    if payment.state == "needs_action" and payment.started_at <= at - PAGE_OPEN:
        close_attempt(payment, state="abandoned", failure="page_left", at=at)


def _ask(payment: Payment, at: datetime) -> None:
    if payment.reference is None:
        send(payment, at=at)
        return
    report = gateway_named(payment.gateway).status(payment.reference)
    settle(report, gateway=payment.gateway, at=at)


@transaction.atomic
def _give_up(payment: Payment, at: datetime) -> None:
    """A person looks at the gateway what became of it. Money that is told of after all is taken in."""
    close_attempt(payment, state="failed", failure="gateway_silent", at=at)
    open_item(
        payment.customer_id,
        subject=("payment", payment.id),
        reason="payment_unknown",
        facts={"amount": payment.amount, "currency": payment.currency, "detail": str(payment.id)},
        promised_by=None,
        at=at,
    )
