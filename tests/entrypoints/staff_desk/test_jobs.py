"""What machines have given up, and having them try again."""

import pytest
from django.db import connection
from django.urls import reverse

from palier.events.models import Event
from palier.events.record import Actor
from palier.plan_changes.models import PlanChange
from palier.provisioning.models import ProvisioningJob
from palier.provisioning.suspend import suspend
from palier.work.models import WorkItem
from tests.entrypoints.staff_desk.conftest import Desk, text
from tests.world import World

pytestmark = pytest.mark.django_db


def test_nothing_given_up_is_said(desk: Desk) -> None:
    assert "No panel has been given up." in text(desk.get("jobs"))


def test_a_change_leads_to_its_item_in_the_queue(desk: Desk, lied: PlanChange) -> None:
    page = desk.get("jobs")
    assert "Change the plan" in text(page) and "In the work queue" in text(page)
    job = ProvisioningJob.objects.get(subject_id=lied.id)
    retry = reverse("staff_desk:retry_job", args=[job.customer_id, job.id])
    assert retry not in page.content.decode()
    assert desk.browser.post(retry).status_code == 404


def test_a_suspension_that_was_refused_is_tried_again(desk: Desk, world: World) -> None:
    subscription = world.subscribe()
    world.panel.set_mode("refuse")
    suspend(subscription.customer_id, subscription.id, by=Actor("system"), at=world.now)
    world.drain()
    page = text(desk.get("jobs"))
    assert "Suspend the account" in page and "The panel refused" in page and "In the work queue" in page
    world.panel.set_mode("ok")
    job = ProvisioningJob.objects.get(verb="suspend")
    answer = desk.browser.post(reverse("staff_desk:retry_job", args=[job.customer_id, job.id]), follow=True)
    assert "It is tried again." in text(answer)
    world.drain()
    job.refresh_from_db()
    assert job.state == "done"
    assert Event.objects.get(kind="job.retried").actor_id == desk.user.id


def test_it_is_in_the_queue_too_with_the_account_and_can_be_tried_again_from_there(
    desk: Desk, world: World
) -> None:
    subscription = world.subscribe()
    world.panel.set_mode("refuse")
    suspend(subscription.customer_id, subscription.id, by=Actor("system"), at=world.now)
    world.drain()
    item = WorkItem.objects.get(subject_kind="subscription")
    desk.post("take", item)
    page = text(desk.get("item", item.customer_id, item.id))
    for said in ("Suspend a service", "The panel refused", "Web server 1", "boreale", "Done by hand: close"):
        assert said in page
    world.panel.set_mode("ok")
    assert "The panel is asked again." in text(desk.post("retry", item))
    world.drain()
    assert world.panel.account("boreale")["suspended"]
    assert ProvisioningJob.objects.get(verb="suspend").state == "done"


def fail_a_task() -> int:
    """A task that the queue could not do."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'failed', attempts = 10 WHERE id ="
            " (SELECT max(id) FROM procrastinate_jobs) RETURNING id"
        )
        return int(cursor.fetchone()[0])


def status_of(number: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [number])
        return str(cursor.fetchone()[0])


def test_a_task_that_failed_is_shown_with_its_ids_and_run_again(desk: Desk, world: World) -> None:
    world.accept(world.subscribe(), world.offer(world.subscribe(label="b.example", account="b"), "web-b"))
    number = fail_a_task()
    assert "event_id=" in text(desk.get("jobs"))
    again = reverse("staff_desk:run_task_again", args=[number])
    assert "It is tried again." in text(desk.browser.post(again, follow=True))
    assert status_of(number) == "todo"
    assert Event.objects.get(kind="task.run_again").actor_id == desk.user.id
    assert "It needs nobody any more." in text(desk.browser.post(again, follow=True))
