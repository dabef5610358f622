"""An act that goes on to an invoice while a payment of that one is taken in: both end."""

import pytest

from palier.billing.models import Invoice, Payment
from palier.billing.queries import locked_invoice
from palier.billing.settle import settle
from palier.ledger.queries import owed_on
from tests.at_once import while_first_holds
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_whoever_moves_money_takes_the_accounts_before_any_invoice(world: World) -> None:
    first = world.subscribe(paid=False)
    second = world.subscribe("web-b", label="other.example", account="other", paid=False)
    one, next_one = (
        Invoice.objects.get(id=subscription.periods.get().invoice_id) for subscription in (first, second)
    )
    payment = Payment.objects.create(
        customer=world.boreale, invoice=next_one, gateway="demo_card", amount=next_one.total, currency="CAD",
        started_at=world.now,
    )  # fmt: skip
    settled = while_first_holds(
        lambda: locked_invoice(world.boreale.id, one.id),
        lambda: settle(world.report(payment), gateway="demo_card", at=world.now),
        then=lambda: locked_invoice(world.boreale.id, next_one.id),
    )
    assert settled.state == "succeeded"
    assert owed_on(world.boreale.id, next_one.id) == 0
