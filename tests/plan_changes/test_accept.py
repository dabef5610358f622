"""What an acceptance writes, and when it writes nothing."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from django.core import signing

from palier.billing.models import Invoice
from palier.catalog import models as catalog
from palier.core.discounts import Discount
from palier.core.postings import goodwill_given
from palier.events.keys import new_id
from palier.events.models import Event
from palier.events.record import Actor
from palier.ledger.models import JournalEntry
from palier.ledger.post import Entry, post
from palier.ledger.queries import credit_balance, owed_on
from palier.plan_changes import offer as offers
from palier.plan_changes.accept import KeyReused, QuoteOutdated, accept
from palier.plan_changes.models import PlanChange
from palier.plan_changes.offer import OfferExpired, OfferForged
from palier.provisioning.models import Service
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


def give_credit(world: World, amount: int) -> None:
    entry = Entry("goodwill", ("goodwill", new_id()), goodwill_given(amount))
    post([entry], customer_id=world.boreale.id, currency="CAD", on=NOW.date(), at=NOW)


def written() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (PlanChange, Invoice, JournalEntry, Event))


def test_looking_writes_nothing(world: World) -> None:
    subscription = world.subscribe()
    before = written()
    for plan in ("web-b", "web-c", "web-d"):
        world.offer(subscription, plan)
    assert written() == before


def test_the_invoice_equals_the_quote_and_waits_to_be_paid(world: World) -> None:
    subscription = world.subscribe()
    offered = world.offer(subscription, "web-b")
    change = world.accept(subscription, offered)
    invoice = Invoice.objects.get(id=change.invoice_id)
    assert change.state == "awaiting_payment"
    assert invoice.total == offered.quote.today.total == owed_on(world.boreale.id, invoice.id)
    assert invoice.number == "2026-0002"
    assert all(tax["number"] for tax in invoice.taxes)
    assert invoice.lines.get().text.startswith("Passage du Forfait A au Forfait B")


def test_it_expires_at_the_end_of_the_next_civil_day(world: World) -> None:
    subscription = world.subscribe()
    change = world.accept(subscription, world.offer(subscription, "web-b"))
    assert change.expires_at == datetime(2026, 11, 25, 5, 0, tzinfo=UTC)  # midnight in Québec


def test_the_credit_balance_is_used_first(world: World) -> None:
    subscription = world.subscribe()
    give_credit(world, 340)
    change = world.accept(subscription, world.offer(subscription, "web-b"))
    assert credit_balance(world.boreale.id, "CAD") == 0
    assert change.invoice_id is not None
    assert owed_on(world.boreale.id, change.invoice_id) == 725 - 340


def test_a_credit_balance_that_covers_everything_needs_no_payment(world: World) -> None:
    subscription = world.subscribe()
    give_credit(world, 1_000)
    change = world.accept(subscription, world.offer(subscription, "web-b"))
    assert change.state == "applying"
    assert credit_balance(world.boreale.id, "CAD") == 1_000 - 725


def test_the_same_key_is_the_same_change(world: World) -> None:
    subscription = world.subscribe()
    offered = world.offer(subscription, "web-b")
    first = world.accept(subscription, offered, key="one-click")
    second = world.accept(subscription, offered, key="one-click")
    assert first == second
    assert PlanChange.objects.count() == 1
    assert Invoice.objects.filter(subject_kind="plan_change").count() == 1


def test_the_same_key_with_another_body_is_refused(world: World) -> None:
    subscription = world.subscribe()
    world.accept(subscription, world.offer(subscription, "web-b"), key="one-click")
    before = written()
    with pytest.raises(KeyReused):
        world.accept(subscription, world.offer(subscription, "web-c"), key="one-click")
    assert written() == before


def test_a_second_tab_finds_the_change_under_way(world: World) -> None:
    subscription = world.subscribe()
    in_one_tab, in_another = world.offer(subscription, "web-b"), world.offer(subscription, "web-c")
    world.accept(subscription, in_one_tab)
    before = written()
    with pytest.raises(QuoteOutdated) as raised:
        world.accept(subscription, in_another)
    assert raised.value.new.obstacles[0].code == "change_open"
    assert written() == before


@pytest.mark.parametrize("moved", ["price", "plan", "discount", "period", "balance"])
def test_what_changed_since_it_was_read_charges_nothing(world: World, moved: str) -> None:
    subscription = world.subscribe()
    offered = world.offer(subscription, "web-b")
    if moved == "price":
        catalog.Price.objects.filter(key="plan:web-b:monthly").update(amount=1900)
    elif moved == "plan":
        catalog.Plan.objects.filter(code="web-b").update(limits={"disk": 100, "mailboxes": 25})
    elif moved == "discount":
        type(subscription).objects.update(discounts=[Discount("school", Fraction(10)).to_json()])
    elif moved == "period":
        subscription.periods.update(held_price=1000)
    else:
        give_credit(world, 100)
    if moved in ("price", "plan"):
        catalog.Version.objects.update(number=99)
    before = written()
    with pytest.raises(QuoteOutdated) as raised:
        world.accept(subscription, offered)
    assert raised.value.old == offered.quote
    assert raised.value.new != offered.quote
    assert written() == before


def test_usage_that_moved_without_changing_the_answer_is_no_fuss(world: World) -> None:
    subscription = world.subscribe()
    offered = world.offer(subscription, "web-b")
    Service.objects.update(
        usage={**world.service(subscription).usage, "disk": {"amount": 7579, "exactness": "live"}}
    )
    assert world.accept(subscription, offered).state == "awaiting_payment"


def test_an_altered_token_writes_nothing(world: World) -> None:
    subscription = world.subscribe()
    token = world.offer(subscription, "web-b").token
    before = written()
    for altered in ("", "x" + token, token[:-2], token.replace(":", ";"), "é" * 40):
        with pytest.raises(OfferForged):
            _accept(world, altered)
    assert written() == before


def test_a_token_of_ours_for_something_else_is_not_an_offer(world: World) -> None:
    with pytest.raises(OfferForged):
        _accept(world, signing.dumps({"customer": "x"}, salt="palier.plan_changes.offer"))


def test_another_customers_token_writes_nothing(world: World) -> None:
    subscription = world.subscribe()
    offered = world.offer(subscription, "web-b")
    before = written()
    with pytest.raises(OfferForged):
        accept(
            offered.token, customer_id=world.stranger.id, by=_charlie(world), idempotency_key="k", house=world.house,
            at=world.now,
        )  # fmt: skip
    assert written() == before


def test_an_expired_token_writes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    subscription = world.subscribe()
    offered = world.offer(subscription, "web-b")
    before = written()
    monkeypatch.setattr(offers, "VALID_FOR", timedelta(seconds=-1))
    with pytest.raises(OfferExpired):
        _accept(world, offered.token)
    assert written() == before


def test_accepting_replaces_a_scheduled_change_and_undoing_brings_it_back(world: World) -> None:
    subscription = world.subscribe("web-b")
    scheduled = world.change(subscription, "web-a")
    assert scheduled.state == "scheduled"
    up = world.accept(subscription, world.offer(subscription, "web-c"))
    scheduled.refresh_from_db()
    assert (scheduled.state, scheduled.set_aside_by_id) == ("scheduled", up.id)
    world.now += timedelta(days=3)
    world.pass_time(world.now + timedelta(minutes=1))
    up.refresh_from_db()
    scheduled.refresh_from_db()
    subscription.refresh_from_db()
    assert (up.state, scheduled.state, scheduled.set_aside_by_id) == ("expired", "scheduled", None)
    assert subscription.upcoming.plan == "web-a"


def test_a_change_that_is_done_ends_the_scheduled_one(world: World) -> None:
    subscription = world.subscribe("web-b")
    scheduled = world.change(subscription, "web-a")
    up = world.change(subscription, "web-c")
    scheduled.refresh_from_db()
    assert (up.state, scheduled.state, scheduled.reason) == ("done", "cancelled", "replaced")
    assert subscription.upcoming.plan == "web-c"


def _accept(world: World, token: str) -> PlanChange:
    return accept(
        token,
        customer_id=world.boreale.id,
        by=_charlie(world),
        idempotency_key="k",
        house=world.house,
        at=world.now,
    )


def _charlie(world: World) -> Actor:
    return Actor("user", world.charlie.id)
