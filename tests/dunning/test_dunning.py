"""What holds a step, and what begins another life of an invoice."""

from collections.abc import Iterator
from datetime import date

import pytest

from palier.billing.dispute import settle_dispute
from palier.billing.models import CreditNote, Payment
from palier.books import violations
from palier.drivers.gateway import DisputeReport
from palier.dunning import take_step as steps_module
from palier.dunning.grant_delay import NotGranted, grant_delay
from palier.dunning.take_step import take_step
from palier.entrypoints.batch.rounds import round_of_dunning, round_of_time
from palier.events.record import Actor
from palier.notices.models import Notice
from palier.people.models import Provider
from palier.provisioning.models import ProvisioningJob
from palier.provisioning.suspend import suspend
from tests.dunning.unpaid import Unpaid, ask_to_end, at, left_unpaid
from tests.lived import Lived, LiveOnce
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books_are_right(db: None) -> Iterator[None]:
    yield
    assert violations() == []


@pytest.fixture(scope="module")
def lived(live_once: LiveOnce) -> Lived[Unpaid]:
    return live_once(left_unpaid)


@pytest.fixture
def world(again: tuple[World, Unpaid]) -> World:
    return again[0]


@pytest.fixture
def unpaid(again: tuple[World, Unpaid]) -> Unpaid:
    return again[1]


def test_a_round_that_runs_again_takes_no_step_twice(unpaid: Unpaid) -> None:
    unpaid.until(at(12, 17))
    for _ in range(3):
        round_of_dunning(unpaid.world.now)
    unpaid.world.drain()
    assert unpaid.steps == ["reminder 1"]
    assert Notice.objects.filter(kind="invoice.reminded").count() == 1


def test_a_step_that_dies_in_the_middle_is_taken_whole_by_the_next_round(
    unpaid: Unpaid, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpaid.until(at(12, 28))

    def dies(*_args: object, **_how: object) -> bool:
        suspend(unpaid.invoice.customer_id, unpaid.subscription.id, by=Actor("system"), at=at(12, 29))
        raise ConnectionError

    monkeypatch.setattr(steps_module, "suspend", dies)
    unpaid.until(at(12, 29))
    assert (unpaid.state, len(unpaid.steps)) == ("active", 3)
    assert not ProvisioningJob.objects.exists()
    monkeypatch.undo()
    round_of_dunning(unpaid.world.now)
    assert (unpaid.state, len(unpaid.steps)) == ("suspended", 4)
    assert ProvisioningJob.objects.count() == 1


def test_a_worker_that_was_off_for_weeks_sends_one_letter_a_time_and_waits_before_it_suspends(
    unpaid: Unpaid,
) -> None:
    world = unpaid.world
    world.now = at(1, 10)
    round_of_time(world.now)
    assert unpaid.steps == ["reminder 1"]
    unpaid.until(at(1, 21))
    assert (unpaid.steps[-1], unpaid.state) == ("reminder 3", "active")  # the 10th, the 14th and the 19th
    unpaid.until(at(1, 22))
    assert unpaid.state == "suspended"


def test_no_step_is_taken_while_money_is_on_its_way(unpaid: Unpaid) -> None:
    unpaid.until(at(12, 28))
    unpaid.starts_paying()
    assert unpaid.case.hold == "in_flight"
    round_of_dunning(at(12, 29))
    assert unpaid.state == "active"
    unpaid.world.pay(unpaid.invoice.customer_id, unpaid.invoice.id)
    unpaid.world.drain()
    unpaid.until(at(1, 5))
    assert (unpaid.state, len(unpaid.steps)) == ("active", 3)


def test_a_service_that_is_over_is_reminded_of_and_nothing_more(unpaid: Unpaid) -> None:
    ask_to_end(unpaid, at_renewal=False)
    unpaid.until(at(2, 10))
    assert unpaid.steps == ["reminder 1", "reminder 2", "reminder 3"]
    letter = Notice.objects.filter(kind="invoice.reminded").latest("written_at")
    assert "suspend" not in letter.text


def dispute(unpaid: Unpaid, state: str) -> None:
    payment = Payment.objects.get(invoice=unpaid.invoice, state="succeeded")
    report = DisputeReport("dp-1", str(payment.reference), state, payment.money, "fraudulent")  # type: ignore[arg-type]
    settle_dispute(report, gateway="demo_card", at=unpaid.world.now)
    unpaid.world.drain()


def test_money_that_a_bank_takes_back_begins_another_life_once_the_bank_has_decided(unpaid: Unpaid) -> None:
    unpaid.until(at(12, 22))
    unpaid.world.pay(unpaid.invoice.customer_id, unpaid.invoice.id)
    unpaid.world.drain()
    unpaid.until(at(1, 3))
    dispute(unpaid, "opened")
    unpaid.until(at(1, 10))
    assert (unpaid.case.hold, len(unpaid.steps)) == ("disputed", 2)
    dispute(unpaid, "lost")
    unpaid.until(at(1, 11))
    assert unpaid.steps == ["reminder 1", "reminder 2", "reminder 1"]
    assert unpaid.case.day_of("suspension") == date(2027, 1, 23)  # 12 days after the first reminder


def test_a_dispute_that_is_won_leaves_nothing_overdue(unpaid: Unpaid) -> None:
    unpaid.world.pay(unpaid.invoice.customer_id, unpaid.invoice.id)
    unpaid.world.drain()
    dispute(unpaid, "opened")
    unpaid.until(at(12, 20))
    dispute(unpaid, "won")
    unpaid.until(at(12, 30))
    assert (unpaid.steps, unpaid.state) == ([], "active")


def test_a_transfer_that_was_announced_holds_the_steps_for_a_week(unpaid: Unpaid) -> None:
    payment = unpaid.starts_paying()
    Payment.objects.filter(id=payment.id).update(state="awaiting_transfer")
    unpaid.until(at(12, 22))
    assert (unpaid.case.hold, unpaid.steps) == ("in_flight", [])
    unpaid.until(at(12, 23))
    assert unpaid.steps == ["reminder 1"]


def test_a_product_may_have_days_of_its_own(unpaid: Unpaid) -> None:
    Provider.objects.update(dunning={"reminder_days": [4], "suspend_after_days": 6})
    unpaid.until(at(12, 20))
    assert (unpaid.steps, unpaid.state) == (["reminder 1", "suspension 1"], "suspended")


def test_a_host_may_only_remind(unpaid: Unpaid) -> None:
    Provider.objects.update(dunning={"suspend_after_days": None, "terminate_after_days": None})
    unpaid.until(at(2, 20))
    assert (len(unpaid.steps), unpaid.state) == (3, "active")
    assert unpaid.case.next is None


@pytest.mark.parametrize(
    ("promised_on", "code"), [(date(2026, 12, 15), "in_the_past"), (date(2027, 12, 18), "too_far")]
)
def test_a_delay_that_makes_no_sense_is_not_granted(unpaid: Unpaid, promised_on: date, code: str) -> None:
    with pytest.raises(NotGranted) as refused:
        grant_delay(
            unpaid.invoice.customer_id, unpaid.invoice.id, promised_on=promised_on, note="", by=unpaid.world.dana,
            on=unpaid.world.now.date(), at=unpaid.world.now,
        )  # fmt: skip
    assert refused.value.code == code


def test_nothing_is_taken_on_an_invoice_that_is_paid(unpaid: Unpaid) -> None:
    unpaid.world.pay(unpaid.invoice.customer_id, unpaid.invoice.id)
    taken = take_step(unpaid.invoice.customer_id, unpaid.invoice.id, house=unpaid.world.house, at=at(2, 1))
    assert taken is None
    assert not CreditNote.objects.exists()
