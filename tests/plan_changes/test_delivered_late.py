"""The new plan is paid from the day it works (docs/explanation/money, "What happens when")."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from palier.billing.models import CreditNote, CreditNoteLine
from palier.books import violations
from palier.events.models import Event
from palier.ledger.queries import credit_balance
from palier.words.history import history_line
from tests.pages import text
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


def test_the_note_and_the_change_say_for_how_many_days(world: World) -> None:
    change = finished_late(world, 3)
    (line,) = CreditNote.objects.get().lines.all()
    assert (line.facts["late_days"], line.facts["from_on"]) == (3, "2026-11-23")
    assert "la différence pour 3 jours" in line.text.replace("\u00a0", " ")
    done = Event.objects.get(kind="plan_change.done", subject_id=change.id)
    assert done.facts == {"given_back": 104, "currency": "CAD", "late_days": 3}
    said = history_line(done.kind, done.facts, "en", world.house.provider.zone)
    assert said == "Change: fully operational. $1.04 given back: delivered 3 days late"


def test_across_a_renewal_each_note_has_its_own_days(world: World) -> None:
    finished_late(world, 24)
    lines = CreditNoteLine.objects.order_by("net")
    assert [line.facts["late_days"] for line in lines] == [3, 21]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_client_reads_the_days_the_reason_and_the_amount_where_they_follow_it(
    world: World, language: str
) -> None:
    change = finished_late(world, 3)
    world.alice.language = language
    world.alice.save()
    browser = Client()
    browser.force_login(world.alice)
    follow = text(browser.get(reverse("client_area:follow", args=[change.id]))).replace("\u00a0", " ")
    product = text(browser.get(reverse("client_area:product", args=[change.subscription_id])))
    said = {
        "fr": ("livré le 26 novembre 2026 : la différence pour 3 jours", "1,04 $", "avec 3 jours de retard"),
        "en": ("delivered on November 26, 2026: the difference for 3 days", "$1.04", "delivered 3 days late"),
    }
    days, money, late = said[language]
    assert days in follow and money in follow and "NC-2026-0001" in follow
    assert late in product.replace("\u00a0", " ")


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
