"""Money that arrives at the bank: matched to an invoice in part, in full or beyond, or to a customer's balance."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from palier.billing.arrivals import (
    AnotherCurrency,
    NotWaiting,
    across_customers_known,
    across_customers_waiting,
    digest_of,
    match_to_balance,
    match_to_invoice,
    record_arrival,
    set_aside,
    take_in_statement,
    take_up,
)
from palier.billing.collect import collect
from palier.billing.collect_due import use_credit_balance
from palier.billing.give_credit import give_credit
from palier.billing.models import Payment, StatementLine
from palier.books import violations
from palier.core.money import Money
from palier.core.statement import Arrived
from palier.drivers.gateways.bank_transfer import written
from palier.events.record import Actor
from palier.ledger.models import Posting
from palier.ledger.queries import credit_balance, owed_on
from palier.plan_changes.models import PlanChange
from tests.world import World

pytestmark = pytest.mark.django_db

TRANSFER = {"driver": "bank_transfer", "account": "Institution 815, transit 30000, folio 1234567"}
THE_23RD = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def books_are_right(db: None, settings: Any) -> Iterator[None]:
    settings.GATEWAYS = {"transfer": TRANSFER}
    yield
    assert violations() == []


@pytest.fixture
def change(world: World) -> PlanChange:
    """7.25 to pay for Forfait B."""
    subscription = world.subscribe("web-a")
    return world.accept(subscription, world.offer(subscription, "web-b"))


@pytest.fixture
def awaited(world: World, change: PlanChange) -> Payment:
    return announced(world, change)


def announced(world: World, change: PlanChange) -> Payment:
    assert change.invoice_id is not None
    payment = collect(
        change.customer_id, change.invoice_id, gateway="transfer", method_id=None, return_url="", at=world.now
    )
    world.drain()
    change.refresh_from_db()
    return payment


def dana(world: World) -> Actor:
    return Actor("staff", world.dana.id)


def arrives(world: World, minor: int, text: str = "", currency: str = "CAD") -> StatementLine:
    return record_arrival("transfer", THE_23RD, Money(minor, currency), text, by=dana(world), at=world.now)


def pays(world: World, line: StatementLine, payment: Payment) -> Payment:
    found = match_to_invoice(line.id, payment.customer_id, payment.invoice_id, by=dana(world), at=world.now)
    world.drain()
    return found


def test_the_client_is_given_a_reference_and_nothing_is_in_flight(awaited: Payment, world: World) -> None:
    assert awaited.state == "awaiting_transfer"
    assert awaited.reference is not None and awaited.reference.startswith("RF")
    again = announced(world, PlanChange.objects.get())
    assert again.id == awaited.id


def test_the_change_waits_as_long_as_a_transfer_takes_never_past_its_period(
    awaited: Payment, change: PlanChange
) -> None:
    """Accepted on 23 November: a card has until the end of the 24th, a transfer until that of the 30th."""
    change.refresh_from_db()

    assert change.expires_at is not None
    assert change.expires_at.date() == date(2026, 12, 1)  # midnight in Québec, five in the morning here


def test_what_arrives_in_full_pays_it_and_the_change_is_made(
    world: World, awaited: Payment, change: PlanChange
) -> None:
    payment = pays(world, arrives(world, 725), awaited)

    change.refresh_from_db()
    assert (payment.id, payment.state, payment.received) == (awaited.id, "succeeded", 725)
    assert change.state == "done"


def test_a_part_is_a_payment_of_its_own_and_the_rest_is_awaited_still(
    world: World, awaited: Payment, change: PlanChange
) -> None:
    first = pays(world, arrives(world, 500), awaited)
    awaited.refresh_from_db()
    assert first.id != awaited.id
    assert (awaited.state, awaited.amount) == ("awaiting_transfer", 225)
    assert owed_on(change.customer_id, awaited.invoice_id) == 225

    pays(world, arrives(world, 225), awaited)

    change.refresh_from_db()
    assert change.state == "done"
    assert Payment.objects.filter(invoice_id=awaited.invoice_id, state="succeeded").count() == 2


def test_what_is_beyond_goes_to_the_credit_balance(world: World, awaited: Payment) -> None:
    pays(world, arrives(world, 1000), awaited)

    assert owed_on(awaited.customer_id, awaited.invoice_id) == 0
    assert credit_balance(awaited.customer_id, "CAD") == 275


def test_what_comes_after_the_change_expired_goes_to_the_credit_balance(
    world: World, awaited: Payment
) -> None:
    world.pass_time(world.now + timedelta(days=9))
    assert PlanChange.objects.get().state == "expired"

    pays(world, arrives(world, 725), awaited)

    assert credit_balance(awaited.customer_id, "CAD") == 725
    assert PlanChange.objects.get().state == "expired"


def test_paid_by_card_meanwhile_the_transfer_is_awaited_no_more(world: World, awaited: Payment) -> None:
    world.pay(awaited.customer_id, awaited.invoice_id)

    awaited.refresh_from_db()
    assert (awaited.state, awaited.failure) == ("abandoned", "nothing_owed")


def test_money_for_no_invoice_is_held_for_the_customer(world: World, change: PlanChange) -> None:
    line = arrives(world, 5000, "acompte")

    match_to_balance(line.id, change.customer_id, by=dana(world), at=world.now)

    assert credit_balance(change.customer_id, "CAD") == 5000
    assert [leg.amount for leg in Posting.objects.filter(account="cash:transfer")] == [5000]
    assert list(across_customers_waiting()) == []


def test_a_line_is_matched_once(world: World, awaited: Payment) -> None:
    line = arrives(world, 725)
    pays(world, line, awaited)

    with pytest.raises(NotWaiting):
        pays(world, line, awaited)
    with pytest.raises(NotWaiting):
        match_to_balance(line.id, awaited.customer_id, by=dana(world), at=world.now)


def test_money_of_another_currency_pays_nothing(world: World, awaited: Payment) -> None:
    line = arrives(world, 725, currency="USD")

    with pytest.raises(AnotherCurrency):
        pays(world, line, awaited)

    line.refresh_from_db()
    assert line.state == "waiting"


def test_what_is_set_aside_can_be_taken_up_again(world: World) -> None:
    line = arrives(world, 12345, "loyer")

    set_aside(line.id, note="Not ours", by=dana(world), at=world.now)
    assert list(across_customers_waiting()) == []

    take_up(line.id)
    assert [one.id for one in across_customers_waiting()] == [line.id]


def test_it_is_booked_on_the_day_it_was_at_the_bank(world: World, awaited: Payment) -> None:
    line = record_arrival("transfer", date(2026, 11, 20), Money(725, "CAD"), "", by=dana(world), at=world.now)
    pays(world, line, awaited)

    assert {leg.entry.on for leg in Posting.objects.filter(account="cash:transfer")} == {date(2026, 11, 20)}


def statement_of(*lines: tuple[int, str]) -> list[Arrived]:
    return [
        Arrived(number + 2, THE_23RD, Money(minor, "CAD"), text) for number, (minor, text) in enumerate(lines)
    ]


def test_a_statement_pays_what_its_lines_name_and_leaves_the_rest_to_a_person(
    world: World, awaited: Payment
) -> None:
    assert awaited.reference is not None
    named = f"VIREMENT {written(awaited.reference).lower()} ATELIERS"

    took = take_in_statement(
        "transfer", statement_of((725, named), (900, "inconnu")), by=dana(world), at=world.now
    )
    world.drain()

    assert (took.new, took.matched, took.known) == (2, 1, 0)
    assert PlanChange.objects.get().state == "done"
    assert [line.text for line in across_customers_waiting()] == ["inconnu"]


def test_a_statement_read_twice_is_taken_in_once(world: World, change: PlanChange) -> None:
    lines = statement_of((900, "don"), (901, "autre"))
    take_in_statement("transfer", lines[:1], by=dana(world), at=world.now)
    assert across_customers_known("transfer", lines) == {digest_of(lines[0])}

    took = take_in_statement("transfer", lines, by=dana(world), at=world.now)

    assert (took.new, took.known) == (1, 1)
    assert StatementLine.objects.count() == 2


def in_statement(text: str, minor: int = 725, line: int = 1) -> Arrived:
    return Arrived(line, THE_23RD, Money(minor, "CAD"), text)


def test_a_line_that_a_colleague_matches_at_this_moment_stops_no_other(
    world: World, awaited: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def matched_first(line_id: Any, *args: Any, **how: Any) -> None:
        match_to_invoice(line_id, awaited.customer_id, awaited.invoice_id, by=dana(world), at=world.now)
        raise NotWaiting(str(line_id))

    monkeypatch.setattr("palier.billing.arrivals.match_to_invoice", matched_first)
    told = [in_statement(str(awaited.reference)), in_statement("somebody", 100, 2)]

    took = take_in_statement("transfer", told, by=dana(world), at=world.now)

    world.drain()
    assert (took.new, took.matched) == (2, 0)
    assert [line.text for line in across_customers_waiting()] == ["somebody"]
    assert owed_on(awaited.customer_id, awaited.invoice_id) == 0


def test_a_line_that_was_written_and_not_matched_pays_at_the_next_reading(
    world: World, awaited: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first reading died between the two."""
    told = [in_statement(str(awaited.reference))]
    with monkeypatch.context() as broken, pytest.raises(RuntimeError):
        broken.setattr("palier.billing.arrivals._waiting_of", _dies)
        take_in_statement("transfer", told, by=dana(world), at=world.now)

    took = take_in_statement("transfer", told, by=dana(world), at=world.now)

    world.drain()
    assert (took.new, took.matched, took.known) == (0, 1, 1)
    assert owed_on(awaited.customer_id, awaited.invoice_id) == 0


def _dies(*args: Any) -> Any:
    raise RuntimeError


def test_two_who_read_the_same_file_at_once_take_each_line_in_once(
    world: World, awaited: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = [in_statement("somebody", 100), in_statement("somebody else", 100, 2)]
    take_in_statement("transfer", told[:1], by=dana(world), at=world.now)
    # The other has written the first line since this one looked.
    monkeypatch.setattr("palier.billing.arrivals.across_customers_known", lambda *asked: frozenset())

    took = take_in_statement("transfer", told, by=dana(world), at=world.now)

    assert (took.new, took.known, StatementLine.objects.count()) == (1, 1, 2)


def test_a_large_statement_is_taken_in_by_few_statements(
    world: World, awaited: Payment, django_assert_max_num_queries: Any
) -> None:
    told = [in_statement(f"somebody {number}", 100, number) for number in range(500)]
    with django_assert_max_num_queries(6):
        assert take_in_statement("transfer", told, by=dana(world), at=world.now).new == 500


def test_a_transfer_is_awaited_no_more_once_the_credit_balance_paid(world: World, awaited: Payment) -> None:
    give_credit(
        awaited.customer_id, Money(725, "CAD"), reason="kind", by=dana(world), on=THE_23RD, at=world.now
    )
    use_credit_balance(awaited.customer_id, awaited.invoice_id, on=THE_23RD, at=world.now)

    awaited.refresh_from_db()
    assert (awaited.state, awaited.failure) == ("abandoned", "nothing_owed")
