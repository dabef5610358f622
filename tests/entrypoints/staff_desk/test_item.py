"""One item, from taken to done, as two people of the staff live it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from palier.events.models import Event
from palier.events.record import Actor
from palier.notices.models import Notice
from palier.plan_changes.end_subscription import request_end
from palier.plan_changes.models import PlanChange
from palier.provisioning.models import Service
from palier.subscriptions.models import Subscription
from palier.work.models import WorkItem
from tests.entrypoints.staff_desk.conftest import Desk, item_about, text
from tests.world import World

pytestmark = pytest.mark.django_db

EVERY_LINE = ["1", "2", "3", "4"]


def moved_on_the_panel(world: World, plan: str = "forfait_b") -> None:
    account = {"user": "boreale", "plan": plan, "domain": "ateliers-boreale.example", "usage": {"disk": 7578}}
    world.panel.seed(world.panel_limits, [account], overwrite=True)


def show(desk: Desk, item: WorkItem) -> str:
    return text(desk.get("item", item.customer_id, item.id))


def test_it_says_what_was_paid_and_what_to_do(desk: Desk, by_hand: PlanChange) -> None:
    page = show(desk, item_about(by_hand.id))
    for said in (
        "Plan D → Private Server 2",
        "Do as the client was told: “Our team moves your sites, your databases and your mail to your server.”",
        "Virtual private servers, account boutique: Private Server 2, with 120 GB disk space, 2 processors,",
        "Your sites stay online",
        "Waiting for someone",
        "promised by Tuesday, Nov 24, 10 am",
        "Change requested: from Plan D to Private Server 2",
        f"invoice {by_hand.invoice.number}",  # type: ignore[union-attr]
    ):
        assert said in page


def test_it_lists_every_message_that_the_client_got(desk: Desk, by_hand: PlanChange) -> None:
    page = show(desk, item_about(by_hand.id))
    for notice in Notice.objects.filter(subject_id=by_hand.id):
        assert notice.title in page


def test_what_is_not_yet_ones_own_can_only_be_taken(desk: Desk, by_hand: PlanChange) -> None:
    page = show(desk, item_about(by_hand.id))
    assert "Take it" in page and "Done: tell the client" not in page and "cannot be done" not in page


def test_the_second_to_take_it_reads_who_has_it(desk: Desk, eloi: Desk, by_hand: PlanChange) -> None:
    item = item_about(by_hand.id)
    desk.post("take", item)
    page = text(eloi.post("take", item))
    assert "Dana has it now." in page and "Take it over from Dana" in page
    assert item_about(by_hand.id).taken_by == desk.user


def test_it_can_be_let_go_and_taken_by_another(desk: Desk, eloi: Desk, by_hand: PlanChange) -> None:
    item = item_about(by_hand.id)
    desk.post("take", item)
    desk.post("let_go", item)
    eloi.post("take", item)
    assert item_about(by_hand.id).taken_by == eloi.user


def test_nobody_lets_go_what_another_has(desk: Desk, eloi: Desk, by_hand: PlanChange) -> None:
    item = item_about(by_hand.id)
    desk.post("take", item)
    assert "Dana has it now." in text(eloi.post("let_go", item))
    assert item_about(by_hand.id).taken_by == desk.user


def test_it_can_be_handed_to_a_colleague(desk: Desk, eloi: Desk, by_hand: PlanChange) -> None:
    item = item_about(by_hand.id)
    desk.post("take", item)
    page = text(desk.post("give", item, to=eloi.user.id, had_by=desk.user.id))
    assert "Éloi has it now." in page and "Handed to Éloi" in page
    assert item_about(by_hand.id).taken_by == eloi.user


def test_it_can_be_taken_over_from_one_who_is_away(desk: Desk, eloi: Desk, by_hand: PlanChange) -> None:
    item = item_about(by_hand.id)
    desk.post("take", item)
    eloi.post("give", item, to=eloi.user.id, had_by=desk.user.id)
    assert item_about(by_hand.id).taken_by == eloi.user
    assert Event.objects.filter(kind="plan_change.given", actor_id=eloi.user.id).exists()


def test_it_is_not_taken_over_from_one_who_was_not_seen(
    desk: Desk, eloi: Desk, world: World, by_hand: PlanChange
) -> None:
    item = item_about(by_hand.id)
    desk.post("take", item)
    page = text(eloi.post("give", item, to=eloi.user.id, had_by=world.alice.id))
    assert "Dana has it now." in page


def test_it_is_not_handed_to_someone_who_does_not_work_here(
    desk: Desk, world: World, by_hand: PlanChange
) -> None:
    item = item_about(by_hand.id)
    desk.post("take", item)
    assert desk.post("give", item, to=world.alice.id, had_by=desk.user.id).status_code == 404


def test_notes_are_kept_and_shown_as_they_were_written(desk: Desk, eloi: Desk, by_hand: PlanChange) -> None:
    item = item_about(by_hand.id)
    desk.post("note", item, text="Copie lancée, <b>38 Go</b>.")
    page = eloi.get("item", item.customer_id, item.id).content.decode()
    assert "Copie lancée, &lt;b&gt;38 Go&lt;/b&gt;." in page
    assert "Dana, Nov 23" in page


def test_done_by_hand_tells_the_client_once(desk: Desk, world: World, by_hand: PlanChange) -> None:
    item = item_about(by_hand.id)
    desk.post("take", item)
    for _ in range(2):
        page = text(desk.post("finish", item, done=EVERY_LINE))
    assert "Closed" in page and "Fully operational" in page
    world.drain()
    assert Subscription.objects.get(id=by_hand.subscription_id).plan_id == "vps-2"
    assert Notice.objects.filter(kind="plan_change.done", user=world.alice).count() == 1


def test_done_by_hand_is_vouched_for_line_by_line(desk: Desk, by_hand: PlanChange) -> None:
    item = item_about(by_hand.id)
    desk.post("take", item)
    page = text(desk.post("finish", item, done=["1", "2"]))
    assert "Nothing was written: tick each line" in page
    by_hand.refresh_from_db()
    assert by_hand.state == "needs_person"


def test_what_the_panel_denies_is_shown_difference_by_difference(desk: Desk, lied: PlanChange) -> None:
    item = item_about(lied.id)
    desk.post("take", item)
    page = text(desk.post("finish", item))
    assert "Nothing was written: the panel says otherwise in 6 places." in page
    assert "Disk space: wanted 25 GB, found 10 GB." in page
    lied.refresh_from_db()
    assert lied.state == "needs_person"


def test_what_the_panel_confirms_is_done(desk: Desk, world: World, lied: PlanChange) -> None:
    item = item_about(lied.id)
    desk.post("take", item)
    moved_on_the_panel(world)
    assert "Done. The client is told" in text(desk.post("finish", item))
    lied.refresh_from_db()
    assert lied.state == "done"


def test_a_panel_that_is_down_is_said_and_nothing_is_written(
    desk: Desk, world: World, lied: PlanChange
) -> None:
    item = item_about(lied.id)
    desk.post("take", item)
    world.panel.set_mode("down")
    assert "The panel could not be read, and nothing was written" in text(desk.post("finish", item))
    lied.refresh_from_db()
    assert lied.state == "needs_person"


def test_looking_asks_no_panel_and_reading_it_again_does(desk: Desk, world: World, lied: PlanChange) -> None:
    item = item_about(lied.id)
    moved_on_the_panel(world)
    assert "forfait_a" in show(desk, item)
    world.now += timedelta(hours=1)
    page = text(desk.post("read_panel", item))
    assert "Everything is as it was promised to the client." in page and "read just now" in page
    assert Service.objects.get(subscription=lied.subscription).package == "forfait_b"


def test_a_page_says_what_the_panel_had_what_it_was_asked_for_and_what_it_has(
    desk: Desk, lied: PlanChange
) -> None:
    page = show(desk, item_about(lied.id))
    assert "6 things are not as they were asked for." in page
    assert "Limit Before Asked for Found Panel plan forfait_a forfait_b forfait_a" in page


@pytest.mark.parametrize(
    ("mode", "differing", "said"),
    [
        ("lie", 6, "The panel said yes, but read back, nothing has changed there."),
        ("half", 5, "The panel made only a part of the change."),
    ],
)
def test_a_page_says_each_thing_once(desk: Desk, world: World, mode: str, differing: int, said: str) -> None:
    subscription = world.subscribe()
    world.panel.set_mode(mode)
    change = world.change(subscription, "web-b")
    page = show(desk, item_about(change.id))
    assert f"{differing} things are not as they were asked for." in page
    for limit in ("Disk space", "Mailboxes", "Databases", "250 GB"):
        assert page.count(limit) == 1
    assert page.count(said) == 2  # why it waits, and when that happened


def test_what_was_tried_before_is_in_the_story_with_the_words_of_the_panel(desk: Desk, world: World) -> None:
    subscription = world.subscribe()
    world.panel.set_mode("busy", calls=1)
    change = world.change(subscription, "web-b")
    world.panel.set_mode("half")
    world.work_until_done()
    _, story = show(desk, item_about(change.id)).split("What happened")
    told = (
        "is asked to make",
        "was busy",
        "The panel says: The account is currently locked",
        "only a part of",
    )
    assert sorted(told, key=story.index) == list(told)
    assert all(story.count(one) == 1 for one in told)


def test_a_machine_that_goes_on_trying_is_in_the_story_too(
    desk: Desk, world: World, lied: PlanChange
) -> None:
    item = item_about(lied.id)
    world.panel.set_mode("busy", calls=1)
    desk.post("take", item)
    desk.post("retry", item)
    world.drain()
    assert "The panel was busy, or could not be reached." in show(desk, item)
    world.work_until_done()
    page = show(desk, item)
    assert page.count("The panel was busy, or could not be reached.") == 1
    assert "What the panel says" not in page  # closed: it says something else by and by


def test_a_page_looks_at_a_panel_that_is_away_without_waiting(
    desk: Desk, world: World, lied: PlanChange
) -> None:
    world.panel.set_mode("down")
    assert "What the panel says" in show(desk, item_about(lied.id))


def test_the_machine_may_try_again(desk: Desk, world: World, lied: PlanChange) -> None:
    item = item_about(lied.id)
    desk.post("take", item)
    assert "The panel is asked again." in text(desk.post("retry", item))
    world.drain()
    lied.refresh_from_db()
    assert lied.state == "done"
    page = show(desk, item)
    assert "The panel, read back, says that it is so" in page and "Fully operational" in page


def test_what_people_do_has_no_button_for_machines(desk: Desk, by_hand: PlanChange) -> None:
    item = item_about(by_hand.id)
    desk.post("take", item)
    assert "Let the machine try again" not in show(desk, item)
    assert desk.post("retry", item).status_code == 404


def test_usage_that_does_not_fit_is_said_with_its_numbers(desk: Desk, world: World) -> None:
    subscription = world.subscribe("web-b")
    offered = world.offer(subscription, "web-a", at_renewal=False)
    world.panel.set_usage("boreale", disk=12_698)
    change = world.accept(subscription, offered)
    world.drain()
    page = show(desk, item_about(change.id))
    assert "Disk space: 12.4 GB used, limit 10 GB" in page


def test_an_item_costs_the_same_statements_however_long_its_story(desk: Desk, by_hand: PlanChange) -> None:
    item = item_about(by_hand.id)
    desk.post("take", item)
    show(desk, item)
    with CaptureQueriesContext(connection) as short:
        show(desk, item)
    for number in range(5):
        desk.post("note", item, text=f"note {number}")
        desk.post("let_go", item)
        desk.post("take", item)
    show(desk, item)
    with CaptureQueriesContext(connection) as long:
        show(desk, item)
    assert len(long) == len(short) <= 30


def test_an_ended_service_without_a_panel_is_suspended_by_hand_and_closed(desk: Desk, world: World) -> None:
    subscription = world.subscribe("vps-1", label="machine.example", account="machine")
    request_end(
        subscription.customer_id, subscription.id,
        at_renewal=False, reason="", house=world.house, by=Actor("user", world.alice.id), at=world.now,
    )  # fmt: skip
    item = WorkItem.objects.get(subject_kind="cancellation_request")
    page = show(desk, item)
    assert "Suspend a service that has ended" in page and "machine.example" in page
    desk.post("take", item)
    desk.post("note", item, text="Arrêtée.")
    assert "Closed" in text(desk.post("close", item))
    item.refresh_from_db()
    assert (item.state, item.closed_by) == ("done", desk.user)
    assert Event.objects.filter(kind="cancellation_request.done_by_hand").exists()


def test_a_change_cannot_be_closed_without_ending_it(desk: Desk, by_hand: PlanChange) -> None:
    item = item_about(by_hand.id)
    desk.post("take", item)
    assert desk.post("close", item).status_code == 404
    assert item_about(by_hand.id).is_open


def test_a_page_left_open_finds_it_closed(desk: Desk, eloi: Desk, by_hand: PlanChange) -> None:
    item = item_about(by_hand.id)
    desk.post("take", item)
    desk.post("finish", item, done=EVERY_LINE)
    assert "It was closed meanwhile" in text(eloi.post("take", item))
