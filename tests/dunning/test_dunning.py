"""What holds a step, what lifts a suspension and what does not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from palier.billing.dispute import settle_dispute
from palier.billing.models import CreditNote, Invoice, Payment, PaymentMethod
from palier.billing.settle import settle
from palier.books import violations
from palier.drivers.gateway import DisputeReport
from palier.dunning import take_step as steps_module
from palier.dunning.grant_delay import NotGranted, grant_delay
from palier.dunning.models import StepTaken
from palier.dunning.queries import Case, case_of, overdue_of
from palier.dunning.take_step import take_step
from palier.entrypoints.batch.rounds import round_of_dunning, round_of_time
from palier.entrypoints.demo.card_control import CardControl
from palier.events.record import Actor
from palier.ledger.queries import owed_on
from palier.notices.models import Notice
from palier.people.models import Provider
from palier.people.seal import sealed
from palier.plan_changes.end_subscription import request_end
from palier.plan_changes.models import PlanChange
from palier.provisioning.models import ProvisioningJob
from palier.provisioning.suspend import resume, suspend
from palier.subscriptions.bill_again import take_out
from palier.subscriptions.models import Period, Subscription
from tests.plan_changes.test_accept import give_credit
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books_are_right(db: None) -> Iterator[None]:
    yield
    assert violations() == []


def at(month: int, day: int) -> datetime:
    return datetime(2026 if month > 6 else 2027, month, day, 15, tzinfo=UTC)


@dataclass
class Unpaid:
    """A renewal of 10.35, due on 14 December, at some day after."""

    world: World
    subscription: Subscription
    invoice: Invoice

    @property
    def case(self) -> Case:
        found = case_of(
            self.invoice.customer_id, self.invoice.id, self.world.now.date(), house=self.world.house
        )
        assert found is not None
        return found

    @property
    def state(self) -> str:
        self.subscription.refresh_from_db()
        return self.subscription.state

    @property
    def steps(self) -> list[str]:
        taken = StepTaken.objects.filter(invoice=self.invoice).order_by("taken_on")
        return [f"{one.kind} {one.number}" for one in taken]

    def until(self, moment: datetime) -> None:
        self.world.pass_time(moment)

    def starts_paying(self) -> Payment:
        return Payment.objects.create(
            customer_id=self.invoice.customer_id,
            invoice=self.invoice,
            gateway="demo_card",
            amount=self.invoice.total,
            currency="CAD",
            started_at=self.world.now,
        )


@pytest.fixture
def unpaid(world: World) -> Unpaid:
    subscription = world.subscribe("web-a")
    world.pass_time(at(12, 16))
    return Unpaid(world, subscription, Invoice.objects.latest("issued_at"))


@pytest.fixture
def suspended(unpaid: Unpaid) -> Unpaid:
    unpaid.until(at(12, 30))
    assert unpaid.state == "suspended"
    return unpaid


def ask_to_end(unpaid: Unpaid, *, at_renewal: bool) -> None:
    world, by = unpaid.world, Actor("user", unpaid.world.alice.id)
    request_end(
        unpaid.invoice.customer_id, unpaid.subscription.id, at_renewal=at_renewal, reason="", house=world.house,
        by=by, at=world.now,
    )  # fmt: skip
    world.drain()


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


def test_a_part_of_it_does_not_lift_the_suspension_and_the_rest_does(suspended: Unpaid) -> None:
    payment = suspended.starts_paying()
    settle(suspended.world.report(payment, amount=1000), gateway="demo_card", at=suspended.world.now)
    suspended.world.drain()
    assert suspended.state == "suspended"
    suspended.world.pay(suspended.invoice.customer_id, suspended.invoice.id)
    suspended.world.drain()
    assert suspended.state == "active"


def test_a_credit_balance_that_covers_it_lifts_it(suspended: Unpaid) -> None:
    give_credit(suspended.world, 5000)
    round_of_time(suspended.world.now)
    suspended.world.drain()
    assert suspended.state == "active"
    assert suspended.world.panel.account("boreale")["suspended"] == 0


def test_a_credit_note_that_settles_it_lifts_it(suspended: Unpaid) -> None:
    periods = list(Period.objects.filter(invoice=suspended.invoice))
    now = suspended.world.now
    take_out(suspended.subscription, periods, reason="ended", on=now.date(), at=now)
    suspended.world.drain()
    assert suspended.state == "active"


def test_a_lift_whose_reaction_was_lost_is_found_by_the_round(suspended: Unpaid) -> None:
    suspended.world.pay(suspended.invoice.customer_id, suspended.invoice.id)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE status = 'todo'")
    assert "nobody_is_suspended_who_owes_nothing" in {one.check for one in violations()}
    round_of_time(suspended.world.now + timedelta(minutes=2))
    suspended.world.drain()
    assert suspended.state == "active"


def test_a_payment_does_not_lift_what_people_suspended_for_another_reason(suspended: Unpaid) -> None:
    customer_id, dana = suspended.invoice.customer_id, Actor("staff", suspended.world.dana.id)
    now = suspended.world.now
    suspend(customer_id, suspended.subscription.id, note="pourriel", by=dana, at=now)
    suspended.world.pay(customer_id, suspended.invoice.id)
    suspended.world.drain()
    assert suspended.state == "suspended"
    assert suspended.world.panel.account("boreale")["suspended"] == 1
    assert resume(customer_id, suspended.subscription.id, by=dana, at=now)
    suspended.world.drain()
    assert suspended.state == "active"


def test_people_do_not_lift_what_is_unpaid_by_lifting_their_own_reason(suspended: Unpaid) -> None:
    customer_id, dana = suspended.invoice.customer_id, Actor("staff", suspended.world.dana.id)
    suspend(customer_id, suspended.subscription.id, by=dana, at=suspended.world.now)
    resume(customer_id, suspended.subscription.id, by=dana, at=suspended.world.now)
    assert suspended.state == "suspended"


def test_another_invoice_that_is_less_overdue_does_not_keep_it_suspended(suspended: Unpaid) -> None:
    """The renewal of 14 January is reminded of, and has its own day."""
    suspended.until(at(1, 18))
    suspended.world.pay(suspended.invoice.customer_id, suspended.invoice.id)
    suspended.world.drain()
    assert suspended.state == "active"
    suspended.until(at(1, 28))
    assert suspended.state == "active"
    suspended.until(at(1, 29))
    assert suspended.state == "suspended"


def test_a_paid_change_that_is_being_made_is_not_suspended_under(world: World) -> None:
    subscription = world.subscribe("web-d")
    change = world.change(subscription, "vps-2")
    assert change.state == "needs_person"
    world.pass_time(at(12, 28))
    unpaid = Unpaid(world, subscription, Invoice.objects.filter(subject_kind="period").latest("issued_at"))
    world.pass_time(at(1, 3))
    assert (unpaid.case.hold, unpaid.state, len(unpaid.steps)) == ("changing", "active", 3)


def test_a_change_that_waits_for_the_renewal_ends_with_the_subscription(world: World) -> None:
    subscription = world.subscribe("web-b")
    change = world.change(subscription, "web-a")
    assert change.state == "scheduled"
    world.pass_time(at(1, 29))
    subscription.refresh_from_db()
    assert subscription.state == "cancelled"
    assert PlanChange.objects.get().state == "cancelled"
    # Forfait B was served until the end, but A was what the renewals had been billed for: nobody owes more.
    owed = overdue_of(world.boreale.id, date(2027, 1, 30), house=world.house)
    billed = [line.facts["plan"]["fr"] for case in owed for line in case.invoice.lines.all()]
    assert billed == ["Forfait A", "Forfait A"]


def test_the_invoice_of_a_change_that_waits_for_its_payment_is_not_dunned(world: World) -> None:
    subscription = world.subscribe("web-a")
    change = world.accept(subscription, world.offer(subscription, "web-b"))
    assert change.invoice_id is not None
    later = world.now.date() + timedelta(5)
    assert case_of(change.customer_id, change.invoice_id, later, house=world.house) is None


def test_what_the_client_asked_to_end_later_ends_with_dunning_and_is_told_once(suspended: Unpaid) -> None:
    ask_to_end(suspended, at_renewal=True)
    assert suspended.state == "cancelled"  # Nothing was paid for: it ended at once.
    suspended.until(at(2, 10))
    assert Notice.objects.filter(kind="subscription.cancelled", user=suspended.world.alice).count() == 1
    assert suspended.steps[-1] == "suspension 1"


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


def test_a_saved_card_is_tried_again_on_its_days(world: World, card: CardControl) -> None:
    subscription = world.subscribe("web-a")
    card.keep_method("card", "decline")
    PaymentMethod.objects.create(
        customer=world.boreale,
        gateway="demo_card",
        label="Visa •••• 4242",
        token=sealed("card"),
        is_default=True,
    )
    world.pass_time(at(12, 28))
    unpaid = Unpaid(world, subscription, Invoice.objects.latest("issued_at"))
    tried = [payment.started_at.day for payment in Payment.objects.filter(invoice=unpaid.invoice)]
    assert sorted(tried) == [14, 17, 21]
    letter = Notice.objects.filter(kind="invoice.reminded").latest("written_at")
    assert "Visa •••• 4242" in letter.text


def test_a_card_that_is_good_again_pays_on_the_day_it_is_tried(world: World, card: CardControl) -> None:
    world.subscribe("web-a")
    card.keep_method("card", "decline")
    PaymentMethod.objects.create(
        customer=world.boreale, gateway="demo_card", label="Visa", token=sealed("card"), is_default=True
    )
    world.pass_time(at(12, 16))
    invoice = Invoice.objects.latest("issued_at")
    card.keep_method("card", "approve")
    world.pass_time(at(12, 18))
    assert owed_on(invoice.customer_id, invoice.id) == 0
    assert not StepTaken.objects.exists()  # The card comes before the letter.


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
