"""Who is told, in which language, and how often."""

import threading
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections

from palier.events.models import Event
from palier.events.record import Actor
from palier.notices.kinds import KINDS
from palier.notices.links import address
from palier.notices.models import Notice
from palier.notices.write import write_notices
from palier.people.models import Member
from palier.plan_changes.models import PlanChange
from palier.provisioning.set_password import set_password
from palier.reactions import REACTIONS, react
from tests.notices.told import only, speak, told
from tests.world import World


def done_event(world: World) -> Event:
    """A change that is done, and its event, about which everyone has been told."""
    world.change(world.subscribe("web-a"), "web-b")
    return Event.objects.get(kind="plan_change.done")


def queued_sendings() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args->>'notice_id' FROM procrastinate_jobs WHERE task_name = 'palier.send_notice'"
        )
        return [found for (found,) in cursor.fetchall()]


@pytest.mark.django_db
def test_members_are_told_whose_role_may_act_on_it(world: World) -> None:
    done_event(world)
    assert [notice.user for notice in told("plan_change.done")] == [world.alice]


@pytest.mark.django_db
def test_the_technical_member_is_told_of_passwords_and_not_of_money(world: World) -> None:
    subscription = world.subscribe("web-a")
    set_password(world.service(subscription), "Xk9!tulipe-42", by=Actor("user", world.alice.id), at=world.now)
    world.drain()
    assert {notice.user for notice in told("service.password_changed")} == {world.alice, world.bob}
    assert {notice.kind for notice in Notice.objects.filter(user=world.bob)} == {"service.password_changed"}


@pytest.mark.django_db
def test_who_asked_is_told_whatever_their_role(world: World) -> None:
    subscription = world.subscribe("web-a")
    change = world.accept(subscription, world.offer(subscription, "web-b"))
    PlanChange.objects.filter(id=change.id).update(accepted_by=world.bob)
    world.pay_all(world.boreale)
    world.drain()
    assert {notice.user for notice in told("plan_change.done")} == {world.alice, world.bob}


@pytest.mark.django_db
def test_someone_who_left_is_not_told(world: World) -> None:
    subscription = world.subscribe("web-a")
    change = world.accept(subscription, world.offer(subscription, "web-b"))
    PlanChange.objects.filter(id=change.id).update(accepted_by=world.charlie)
    Member.objects.create(customer=world.boreale, user=world.dana, role="owner")
    world.dana.is_active = False
    world.dana.save()
    world.pay_all(world.boreale)
    world.drain()
    assert {notice.user for notice in told("plan_change.done")} == {world.alice}


@pytest.mark.django_db
def test_a_stranger_is_told_nothing(world: World) -> None:
    done_event(world)
    assert not Notice.objects.filter(user=world.charlie).exists()


@pytest.mark.django_db
def test_each_person_reads_their_own_language_and_else_the_customers(world: World) -> None:
    Member.objects.filter(user=world.bob).update(role="billing")
    speak(world.bob, "en")
    done_event(world)
    assert only("plan_change.done", world.alice).language == "fr"
    assert only("plan_change.done", world.bob).language == "en"
    assert only("plan_change.done", world.bob).text.startswith("Hello Bob,")


@pytest.mark.django_db
def test_reacting_again_writes_and_queues_nothing(world: World) -> None:
    event = done_event(world)
    before, queued = Notice.objects.count(), queued_sendings()
    for _ in range(3):
        react(event.id)
    assert (Notice.objects.count(), queued_sendings()) == (before, queued)


@pytest.mark.django_db
def test_a_member_who_joins_later_is_told_alone_when_it_is_reacted_to_again(world: World) -> None:
    event = done_event(world)
    Member.objects.filter(user=world.bob).update(role="billing")
    react(event.id)
    assert [notice.user for notice in told("plan_change.done")] == [world.alice, world.bob]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_write_one_notice_and_queue_it_once(world: World) -> None:
    event_id = event_without_notice(world)
    together = threading.Barrier(2)
    faults: list[BaseException] = []

    def write() -> None:
        try:
            event = Event.objects.get(id=event_id)
            together.wait(10)
            write_notices(event)
        except BaseException as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=write) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    notices = Notice.objects.filter(event_id=event_id)
    assert faults == []
    assert sorted(notices.values_list("user__name", flat=True)) == ["Alice", "Bob"]
    assert sorted(queued_sendings()) == sorted(str(notice.id) for notice in notices)


def event_without_notice(world: World) -> UUID:
    """A password changed, and nobody has reacted to it; nothing else waits to be sent."""
    subscription = world.subscribe("web-a")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    set_password(world.service(subscription), "Xk9!tulipe-42", by=Actor("user", world.alice.id), at=world.now)
    return Event.objects.get(kind="service.password_changed").id


@pytest.mark.django_db
def test_the_notice_and_its_sending_stand_or_fall_together(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    event_id = event_without_notice(world)

    def fail(*_: Any) -> None:
        raise ConnectionError("the queue is gone")

    monkeypatch.setattr("palier.notices.write.queue_sending", fail)
    with pytest.raises(ConnectionError):
        react(event_id)
    assert not Notice.objects.filter(event_id=event_id).exists()


@pytest.mark.django_db
def test_a_subject_is_one_line_whatever_a_service_is_called(world: World) -> None:
    world.change(world.subscribe("web-a", label="atelier\r\nBcc: everyone@example.com " + "x" * 150), "web-b")
    title = only("plan_change.done").title
    assert "\n" not in title
    assert "\r" not in title
    assert len(title) <= 250


@pytest.mark.django_db
def test_what_a_client_wrote_is_text_in_the_page_and_never_markup(world: World) -> None:
    world.change(world.subscribe("web-a", label="<script>alert(1)</script>"), "web-b")
    notice = only("plan_change.done")
    assert "<script>" in notice.text
    assert "<script>" not in notice.html
    assert "&lt;script&gt;" in notice.html


@pytest.mark.django_db
def test_no_message_holds_a_password_or_a_token(world: World) -> None:
    subscription = world.subscribe("web-a")
    offered = world.offer(subscription, "web-b")
    world.accept(subscription, offered)
    world.pay_all(world.boreale)
    set_password(world.service(subscription), "Xk9!tulipe-42", by=Actor("user", world.alice.id), at=world.now)
    world.drain()
    secrets = ("Xk9!tulipe-42", offered.token, "a-panel-token", "csrf", "sessionid", "token=")
    for notice in Notice.objects.all():
        for secret in secrets:
            assert secret not in notice.title + notice.text + notice.html


@pytest.mark.django_db
def test_text_and_page_say_the_same(world: World) -> None:
    world.change(world.subscribe("web-d"), "vps-2")
    world.pass_time(world.now.replace(month=12, day=8))
    for notice in Notice.objects.all():
        paragraphs = [one for one in notice.text.split("\n\n")[1:-2] if not one.startswith(("-", "Facture"))]
        for paragraph in paragraphs:
            assert f"<p>{paragraph}</p>" in notice.html


@pytest.mark.django_db
def test_a_page_has_its_style_in_one_place_and_nothing_that_runs_or_calls_home(world: World) -> None:
    done_event(world)
    html = only("plan_change.done").html
    assert '<html lang="fr-CA">' in html
    assert "<style>" in html
    for forbidden in ("style=", "<script", "<img", "http-equiv", "@import", "url("):
        assert forbidden not in html


def test_every_reaction_that_writes_has_something_to_say() -> None:
    assert {kind for kind, acts in REACTIONS.items() if write_notices in acts} == set(KINDS)


@pytest.mark.django_db
def test_the_button_leads_to_what_it_is_about(world: World, settings: Any) -> None:
    settings.BASE_URL = "https://clients.example"
    change = world.change(world.subscribe("web-a"), "web-b")
    notice = only("plan_change.done")
    url = f"https://clients.example{address('plan_change', change.id)}"
    assert f"Voir le changement\u00a0: {url}\n" in notice.text
    assert f'href="{url}"' in notice.html
