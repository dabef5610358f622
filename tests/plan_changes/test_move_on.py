"""A paid change always has someone: its reaction, the round of upkeep, or a person."""

from datetime import timedelta

import pytest
from django.db import connection

from palier.books import violations
from palier.entrypoints.batch import rounds
from palier.events.models import Event
from palier.plan_changes import move_on
from palier.plan_changes.by_person import retry
from palier.plan_changes.models import PlanChange
from palier.provisioning.models import ProvisioningJob
from palier.reactions import react
from palier.subscriptions.models import Period
from palier.work.models import WorkItem
from tests.world import FOURTEENTH, World

pytestmark = pytest.mark.django_db


def forget_reactions() -> None:
    """As if they had failed ten times."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'failed' WHERE status = 'todo' AND task_name = 'palier.react'"
        )


def paid(world: World) -> PlanChange:
    subscription = world.subscribe("web-a")
    change = world.accept(subscription, world.offer(subscription, "web-b"))
    world.pay(change.customer_id, change.invoice_id)
    return change


def stuck() -> list[str]:
    return [one.check for one in violations()]


def upkeep(world: World, after: timedelta = timedelta(minutes=2)) -> None:
    world.now += after
    rounds.round_of_upkeep(world.now)
    world.drain()


def test_a_paid_change_whose_reaction_was_lost_is_begun(world: World) -> None:
    change = paid(world)
    assert stuck() == []
    forget_reactions()
    assert stuck() == ["every_change_has_someone"]
    upkeep(world)
    change.refresh_from_db()
    assert (change.state, stuck()) == ("done", [])


def test_it_is_begun_even_when_its_time_to_be_paid_has_passed_since(world: World) -> None:
    change = paid(world)
    forget_reactions()
    upkeep(world, timedelta(days=2))
    change.refresh_from_db()
    assert change.state == "done"


@pytest.mark.parametrize(("mode", "state"), [("ok", "done"), ("refuse", "needs_person")])
def test_a_change_whose_job_has_ended_alone_is_moved_on(world: World, mode: str, state: str) -> None:
    world.panel.set_mode(mode)
    change = paid(world)
    from palier.plan_changes.advance import after_payment
    from palier.provisioning.carry_out import carry_out

    after_payment(change.customer_id, change.id, house=world.house, at=world.now)
    job = ProvisioningJob.objects.get()
    carry_out(job.customer_id, job.id, world.now)
    forget_reactions()
    assert stuck() == ["every_change_has_someone"]
    upkeep(world)
    change.refresh_from_db()
    assert (change.state, stuck()) == (state, [])


def test_a_change_without_any_job_goes_to_a_person(world: World) -> None:
    change = paid(world)
    from palier.plan_changes.advance import after_payment

    after_payment(change.customer_id, change.id, house=world.house, at=world.now)
    ProvisioningJob.objects.update(state="cancelled")
    upkeep(world)
    change.refresh_from_db()
    assert (change.state, change.reason) == ("needs_person", "unexpected")


def test_what_fails_again_and_again_is_a_person_s_matter(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = paid(world)
    forget_reactions()
    monkeypatch.setattr(move_on, "after_payment", lambda *args, **how: 1 / 0)
    upkeep(world)
    change.refresh_from_db()
    assert change.state == "awaiting_payment"
    upkeep(world, move_on.PATIENCE)
    change.refresh_from_db()
    assert (change.state, WorkItem.objects.get().reason) == ("needs_person", "unexpected")
    assert stuck() == []


def test_an_old_failure_told_again_does_not_stop_the_next_try(world: World) -> None:
    world.panel.set_mode("lie")
    change = world.change(world.subscribe("web-a"), "web-b")
    world.panel.set_mode("ok")
    told = Event.objects.get(kind="job.needs_person")
    retry(change.customer_id, change.id, house=world.house, by=world.dana, at=world.now)
    react(told.id)
    change.refresh_from_db()
    assert change.state == "applying"
    world.drain()
    change.refresh_from_db()
    assert change.state == "done"


def test_a_paid_period_whose_reaction_was_lost_is_held_since_its_payment(world: World) -> None:
    subscription = world.subscribe("web-a", paid=False)
    world.now = FOURTEENTH
    world.pay_all(world.boreale)
    forget_reactions()
    assert stuck() == ["paid_periods_are_held"]
    world.pass_time(FOURTEENTH + timedelta(days=1))
    period = Period.objects.get(subscription=subscription)
    assert (period.paid_on, period.held_price, stuck()) == (FOURTEENTH.date(), 900, [])
