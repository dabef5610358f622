"""A chunk of renewals while a client acts: neither waits for ever, and nothing is lost."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from palier.billing.models import Invoice, Payment
from palier.billing.settle import settle
from palier.books import violations
from palier.ledger.queries import owed_on
from palier.plan_changes.models import PlanChange
from palier.subscriptions.models import Period
from palier.subscriptions.queries import locked
from palier.subscriptions.renew import renew_due
from tests.at_once import on_another_connection, while_first_holds
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)

DUE = datetime(2026, 12, 7, 15, tzinfo=UTC)


def test_a_subscription_in_somebody_s_hands_is_passed_over_and_billed_by_the_next_round(world: World) -> None:
    one = world.subscribe("web-a")
    world.subscribe("web-b", label="other.example", account="other")
    with transaction.atomic():
        locked(one.customer_id, one.id)
        meanwhile = on_another_connection(lambda: renew_due(world.house, DUE).count)
    assert (meanwhile, renew_due(world.house, DUE).count) == (1, 1)


def test_a_client_who_pays_meanwhile_waits_for_the_chunk_and_has_paid(world: World) -> None:
    world.subscribe("web-a")
    other = world.subscribe("web-b", label="other.example", account="other", paid=False)
    invoice = Invoice.objects.get(id=other.periods.get().invoice_id)
    payment = Payment.objects.create(
        customer=world.boreale, invoice=invoice, gateway="demo_card", amount=invoice.total, currency="CAD",
        started_at=DUE,
    )  # fmt: skip
    settled = while_first_holds(
        lambda: renew_due(world.house, DUE),
        lambda: settle(world.report(payment), gateway="demo_card", at=DUE),
    )
    assert settled.state == "succeeded"
    assert owed_on(world.boreale.id, invoice.id) == 0
    assert Period.objects.filter(start_on=datetime(2026, 12, 14).date()).count() == 2
    assert violations() == []


def test_a_client_who_accepts_meanwhile_waits_for_the_chunk_and_their_change_is_kept(world: World) -> None:
    subscription = world.subscribe("web-a")
    world.now = DUE
    offered = world.offer(subscription, "web-b")
    came_to = while_first_holds(
        lambda: renew_due(world.house, DUE), lambda: world.accept(subscription, offered)
    )
    assert isinstance(came_to, PlanChange)
    assert came_to.state == "awaiting_payment"
    assert (
        Period.objects.filter(subscription=subscription, start_on=datetime(2026, 12, 14).date()).count() == 1
    )
    world.drain()
    assert violations() == []
