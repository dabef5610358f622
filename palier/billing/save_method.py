"""Save a method on a gateway's page without paying anything, and take in what came of it."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from palier.billing.accounts import account_at
from palier.billing.chase import AT_ONCE, PATIENCE, PAUSE
from palier.billing.gateways import NoGateway, gateway_named
from palier.billing.keep_method import kept
from palier.billing.models import MethodSetup
from palier.core.states import METHOD_SETUP
from palier.drivers.errors import Busy, DriverError, Refused, Unknown
from palier.drivers.gateway import Setup, SetupReport
from palier.events.keys import new_id
from palier.events.record import Actor, record

#: The queue's name for "ask what became of this set-up"; batch/ defines the task.
CHASE_SETUP = "palier.chase_setup"

#: A page that was left open is asked about no longer than this.
PAGE_OPEN = timedelta(hours=1)


class UnknownSetup(LookupError):
    """A report of a set-up that we never started."""


def start_setup(
    customer_id: UUID, *, gateway: str, return_url: Callable[[UUID], str], language: str, at: datetime
) -> MethodSetup:
    """The set-up as it stands after the gateway's first answer. Call it outside a transaction. Raises `NoGateway`."""
    setup_id = new_id()
    setup = MethodSetup.objects.create(
        id=setup_id,
        customer_id=customer_id,
        gateway=gateway,
        return_url=return_url(setup_id),
        language=language,
        started_at=at,
    )
    send_setup(setup, at=at)
    setup.refresh_from_db()
    return setup


def send_setup(setup: MethodSetup, *, at: datetime) -> None:
    """Tell the gateway of it, again if need be: the key makes it the same."""
    gateway = gateway_named(setup.gateway)
    try:
        started = gateway.start_setup(
            Setup(
                key=str(setup.id),
                return_url=setup.return_url,
                callback_url=settings.BASE_URL + reverse("gateway_callback", args=[setup.gateway]),
                account=account_at(setup.gateway, setup.customer_id),
                language=setup.language,
            )
        )
    except Busy:
        _close(setup, "failed", "gateway_busy", at)
    except Refused:
        _close(setup, "failed", "gateway_refused", at)
    except Unknown:
        return
    else:
        begun = MethodSetup.objects.filter(customer_id=setup.customer_id, id=setup.id, state="started")
        begun.update(state="needs_action", reference=started.reference, redirect_url=started.redirect_url)


@transaction.atomic
def settle_setup(report: SetupReport, *, gateway: str, at: datetime) -> MethodSetup:
    """The set-up as it stands after the report: a success is taken in once. Raises `UnknownSetup`."""
    setup = across_customers_setup(report.key, gateway)
    if report.state == "succeeded" and setup.state != "succeeded" and report.method is not None:
        setup.method = kept(report.method, gateway, setup.customer_id)
        setup.state, setup.failure, setup.settled_at = "succeeded", "", at
        setup.save(update_fields=["method", "state", "failure", "settled_at"])
        record(
            "payment_method.saved",
            subject=("method_setup", setup.id),
            customer_id=setup.customer_id,
            at=at,
            actor=Actor("gateway"),
            facts={"method": str(setup.method_id)},
        )
    elif report.state == "failed":
        _close(setup, "failed", report.reason or "declined", at)
    return setup


def across_customers_setup(key: str, gateway: str) -> MethodSetup:
    """The set-up a gateway speaks of, locked: it knows our key and no customer. Raises `UnknownSetup`."""
    try:
        return MethodSetup.objects.select_for_update().get(id=UUID(key), gateway=gateway)
    except (MethodSetup.DoesNotExist, ValueError):
        raise UnknownSetup(key) from None


@transaction.atomic
def _close(setup: MethodSetup, state: str, failure: str, at: datetime) -> None:
    locked = MethodSetup.objects.select_for_update().get(customer_id=setup.customer_id, id=setup.id)
    if METHOD_SETUP.allows(locked.state, state):
        locked.state, locked.failure, locked.settled_at = state, failure[:60], at
        locked.save(update_fields=["state", "failure", "settled_at"])


def across_customers_setups_to_chase(at: datetime) -> Iterator[MethodSetup]:
    """Those whose end we were not told, not asked about for a while."""
    rested = Q(asked_at=None) | Q(asked_at__lte=at - PAUSE)
    waiting = MethodSetup.objects.filter(
        rested, state__in=["started", "needs_action"], started_at__lte=at - PATIENCE
    )
    return iter(waiting.order_by("started_at")[:AT_ONCE])


@transaction.atomic
def queue_chase_setup(setup: MethodSetup, *, at: datetime) -> None:
    """Have a worker ask: once, however many rounds find it."""
    MethodSetup.objects.filter(customer_id=setup.customer_id, id=setup.id).update(asked_at=at)
    name = f"{CHASE_SETUP}:{setup.id}"
    task = app.configure_task(CHASE_SETUP, lock=name, queueing_lock=name)
    with suppress(AlreadyEnqueued), transaction.atomic():
        task.defer(customer_id=str(setup.customer_id), setup_id=str(setup.id))


def chase_setup(customer_id: UUID, setup_id: UUID, *, at: datetime) -> None:
    """Ask the gateway; one that may never have heard of it is told again, under the same key."""
    setup = MethodSetup.objects.get(customer_id=customer_id, id=setup_id)
    if setup.state not in ("started", "needs_action"):
        return
    with suppress(DriverError, NoGateway):
        if setup.reference is None:
            send_setup(setup, at=at)
        else:
            settle_setup(
                gateway_named(setup.gateway).setup_status(setup.reference), gateway=setup.gateway, at=at
            )
    if setup.started_at <= at - PAGE_OPEN:
        _close(setup, "failed", "page_left", at)
