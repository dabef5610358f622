"""Nothing is hard-wired: another host, in English and US dollars, without taxes, selling seats."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from palier.books import violations
from palier.ledger.queries import credit_balance
from palier.notices.models import Notice
from palier.people.models import Customer
from palier.plan_changes.by_person import finish_by_person
from tests.catalogs.files import MAILHOST
from tests.machines import PANEL_TOKEN, Machine, panel_control
from tests.pages import links, text
from tests.world import World, build, point_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def harbor(panel_machine: Machine, monkeypatch: pytest.MonkeyPatch) -> World:
    from palier.events import clock

    point_at(panel_machine.url, PANEL_TOKEN)
    world = build(panel_control(panel_machine), MAILHOST)
    Customer.objects.update(country="US", region="ME", language="en")
    world.boreale.refresh_from_db()
    monkeypatch.setattr(clock, "now", lambda: world.now)
    return world


def test_a_mail_host_sells_seats_in_dollars_without_tax(harbor: World) -> None:
    subscription = harbor.subscribe("mail-starter", options=(("seat", 3),), label="harbor.example")
    assert subscription.price == 400 + 3 * 300
    offered = harbor.offer(subscription, "mail-business", options=(("seat", 5),))
    # 12.50 + 5 x 3.00 less 4.00 + 3 x 3.00, for 21 of 30 days; no tax.
    assert (offered.quote.today.net, offered.quote.today.taxes, offered.quote.due_now) == (1015, (), 1015)
    change = harbor.accept(subscription, offered)
    harbor.pay(change.customer_id, change.invoice_id)
    harbor.drain()
    change.refresh_from_db()
    # Two working hours from Monday 10:00 in New York.
    assert (change.state, change.promised_by) == ("needs_person", datetime(2026, 11, 23, 17, 0, tzinfo=UTC))
    finish_by_person(change.customer_id, change.id, house=harbor.house, by=harbor.dana, at=harbor.now)
    harbor.drain()
    subscription.refresh_from_db()
    assert (subscription.plan_id, subscription.options, subscription.price) == (
        "mail-business",
        {"seat": 5},
        2750,
    )
    told = Notice.objects.filter(subject_id=change.id, kind="plan_change.done").first()
    assert told is not None
    assert told.language == "en"
    assert "Business" in told.text
    assert "$" in Notice.objects.filter(kind="payment.received").latest("written_at").text
    assert violations() == []


def test_more_seats_on_the_same_level_cost_the_difference(harbor: World) -> None:
    subscription = harbor.subscribe("mail-starter", options=(("seat", 3),), label="harbor.example")
    quote = harbor.offer(subscription, "mail-starter", options=(("seat", 10),)).quote
    assert quote.due_now == 7 * 300 * 21 // 30


def test_its_policy_gives_money_back_on_the_way_down(harbor: World) -> None:
    subscription = harbor.subscribe("mail-business", options=(("seat", 1),), label="harbor.example")
    offered = harbor.offer(subscription, "mail-starter", options=(("seat", 1),))
    assert (offered.quote.at_renewal, offered.quote.due_now) == (True, 0)
    change = harbor.accept(subscription, offered)
    assert (change.state, credit_balance(harbor.boreale.id, "USD")) == ("scheduled", 0)


def test_an_option_that_is_not_sold_yearly_is_left_out_in_words_and_no_level_vanishes(harbor: World) -> None:
    held = (("archive", 2), ("seat", 3))
    subscription = harbor.subscribe("mail-starter", options=held, label="harbor.example")
    client = Client(headers={"accept-language": "en"})
    client.force_login(harbor.alice)
    address = f"/client/services/{subscription.id}/change/"
    monthly = text(client.get(address))
    assert "Ten-year archive" in monthly and "not offered" not in monthly
    yearly = text(client.get(address, {"cycle": "yearly"}))
    assert "“Ten-year archive, each 10 GB” is not offered on these terms" in yearly
    assert "Starter" in yearly and "Business" in yearly and "Unbounded" in yearly
    check = text(
        client.get(f"{address}check/", {"cycle": "yearly", "plan": "mail-business", "option.seat": "3"})
    )
    assert "Pay US$202.75 and move to Business" in check
    without = client.get(
        f"{address}check/", {"plan": "mail-business", "option.archive": "0", "option.seat": "3"}
    )
    assert any("option.archive=0" in link for link in links(without) if link.startswith(address))
