"""The new plan is paid from the day it works (docs/explanation/money, "What happens when")."""

from datetime import UTC, datetime, timedelta

import pytest

from palier.billing.models import CreditNote
from palier.books import violations
from palier.ledger.queries import credit_balance
from tests.world import World

pytestmark = pytest.mark.django_db


def finished_late(world: World, days: int):  # type: ignore[no-untyped-def]
    """Paid on 23 November while the panel lies; a person puts it right so many days later."""
    from palier.plan_changes.by_person import finish_by_person

    subscription = world.subscribe("web-a")
    world.panel.set_mode("lie")
    change = world.change(subscription, "web-b")
    world.panel.set_mode("ok")
    world.pass_time(world.now + timedelta(days=days))
    world.pay_all(world.boreale)
    world.drain()
    world.panel.seed(
        world.panel_limits,
        [
            {
                "user": "boreale",
                "plan": "forfait_b",
                "domain": "ateliers-boreale.example",
                "usage": {"disk": 7578},
            }
        ],
        overwrite=True,
    )
    return finish_by_person(world.boreale.id, change.id, house=world.house, by=world.dana, at=world.now)


def test_three_days_late_give_three_days_of_the_difference_back(world: World) -> None:
    change = finished_late(world, 3)
    note = CreditNote.objects.get(invoice_id=change.invoice_id)
    # 6.30 was for 21 days of 30; 18 days are 5.40: 0.90 goes back, with 0.04 + 0.09 of tax.
    assert (change.state, note.net, note.reason) == ("done", 90, "late")
    assert credit_balance(world.boreale.id, "CAD") == note.total
    assert violations() == []


def test_delivered_on_the_day_gives_nothing_back(world: World) -> None:
    finished_late(world, 0)
    assert not CreditNote.objects.exists()


def test_across_a_renewal_the_days_before_are_given_back_of_each_bill(world: World) -> None:
    change = finished_late(world, 24)  # 17 December: three days into a period billed at 18.00
    notes = list(CreditNote.objects.filter(reason="late").order_by("net"))
    # Of the change, all 21 days (6.30); of the renewal, 3 days of 31 at 9.00 (0.87).
    assert [note.net for note in notes] == [87, 630]
    assert notes[1].invoice_id == change.invoice_id
    assert world.now == datetime(2026, 12, 17, 15, 0, tzinfo=UTC)
    assert violations() == []
