"""Goodwill: credit that no invoice gave back."""

import pytest

from palier.billing.give_credit import give_credit
from palier.books import violations
from palier.core.money import Money
from palier.events.models import Event
from palier.events.record import Actor
from palier.ledger.models import Posting
from palier.ledger.queries import credit_balance
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


def give(world: World, minor: int) -> None:
    dana = Actor("staff", world.dana.id)
    give_credit(world.boreale.id, Money(minor, "CAD"), reason="Panne", by=dana, on=NOW.date(), at=NOW)


def test_goodwill_is_money_we_hold_for_the_customer_and_an_adjustment_of_ours(world: World):
    give(world, 1500)
    assert credit_balance(world.boreale.id, "CAD") == 1500
    assert dict(Posting.objects.values_list("account", "amount")) == {
        "adjustments": 1500,
        "credit_balance": -1500,
    }
    assert violations() == []


def test_who_gave_it_and_why_is_remembered(world: World):
    give(world, 1500)
    event = Event.objects.get(kind="credit.given")
    assert (event.actor_id, event.facts["reason"]) == (world.dana.id, "Panne")


def test_it_is_used_by_the_next_change(world: World):
    subscription = world.subscribe("web-a")
    give(world, 1500)
    quote = world.offer(subscription, "web-b").quote
    assert (quote.credit_used, quote.due_now) == (725, 0)


@pytest.mark.parametrize("minor", [0, -1])
def test_nothing_cannot_be_given(world: World, minor: int):
    with pytest.raises(ValueError, match="more than nothing"):
        give(world, minor)
