"""The pages on events and messages say what the code does."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from palier.core.states import NOTICE
from palier.events.models import Event
from palier.events.record import Actor
from palier.notices import send
from palier.notices.kinds import KINDS
from palier.plan_changes.by_person import undo_by_person
from palier.plan_changes.end_subscription import request_end
from palier.provisioning.set_password import set_password
from palier.reactions import REACTIONS
from palier.words.history import ITEM_ACTS, ITEM_SUBJECTS
from tests.recorded import recorded_kinds
from tests.world import World

DOCS = Path(__file__).parents[2] / "docs/reference"
EVENTS = (DOCS / "events.md").read_text("utf-8")
MESSAGES = (DOCS / "messages.md").read_text("utf-8")


def rows(page: str, width: int) -> dict[str, list[str]]:
    """The rows of a page's tables of that width that begin with a code, by it."""
    found = (line.strip("|").split("|") for line in page.splitlines() if line.startswith("| `"))
    return {row[0].strip(" `"): [cell.strip() for cell in row[1:]] for row in found if len(row) == width}


def codes(cell: str) -> list[str]:
    return re.findall(r"`([a-z_]+)`", cell)


OF_ITEMS = {f"{subject}.{act}" for subject in ITEM_SUBJECTS for act in ITEM_ACTS}
EVENT_ROWS = rows(EVENTS, 4)


def test_every_kind_of_event_is_described() -> None:
    assert set(EVENT_ROWS) == recorded_kinds() - OF_ITEMS


def test_every_reaction_is_named() -> None:
    named = {kind: codes(row[2]) for kind, row in EVENT_ROWS.items() if row[2]}
    assert named == {kind: [reaction.__name__ for reaction in acts] for kind, acts in REACTIONS.items()}


@pytest.mark.parametrize("act", ITEM_ACTS)
def test_what_staff_do_with_an_item_is_named(act: str) -> None:
    assert f"| `plan_change.{act}` |" in EVENTS


@pytest.mark.parametrize("subject", ITEM_SUBJECTS)
def test_what_items_are_about_is_named(subject: str) -> None:
    assert f"`{subject}`" in EVENTS.partition("What staff do")[2].partition("|")[0]


@pytest.mark.django_db
def test_events_have_the_subjects_and_facts_that_are_described(world: World) -> None:
    subscription = world.subscribe("web-a")
    world.change(subscription, "web-b")
    set_password(world.service(subscription), "Xk9!tulipe-42", by=Actor("user", world.alice.id), at=world.now)
    to_vps = world.change(world.subscribe("web-d", label="boutique.example", account="boutique"), "vps-2")
    undo_by_person(
        world.boreale.id, to_vps.id, house=world.house, by=world.dana, at=world.now, sentence="No."
    )
    world.panel.set_mode("refuse")
    world.change(subscription, "web-c")
    world.accept(subscription_of_stranger := world.subscribe(
        "web-a", customer=world.stranger, account="charlie", label="charlie.example"
    ), world.offer(subscription_of_stranger, "web-b"))  # fmt: skip
    world.pass_time(world.now + timedelta(days=16))
    request_end(
        world.stranger.id, subscription_of_stranger.id, at_renewal=False, reason="", house=world.house,
        by=Actor("user", world.charlie.id), at=world.now,
    )  # fmt: skip
    seen = list(Event.objects.all())
    assert len({event.kind for event in seen}) > 15
    for event in seen:
        if event.kind in OF_ITEMS:
            continue
        subject, facts, _ = EVENT_ROWS[event.kind]
        assert codes(subject) in ([event.subject_kind], [])
        assert set(event.facts) <= set(codes(facts)), event.kind


def test_every_message_is_described_with_who_is_told() -> None:
    assert {kind: codes(row[0])[0] for kind, row in rows(MESSAGES, 4).items()} == {
        kind: told.act for kind, told in KINDS.items()
    }


def test_every_state_of_a_notice_is_described() -> None:
    assert set(rows(MESSAGES, 2)) == NOTICE.states


def test_the_numbers_of_sending_are_those_of_the_code() -> None:
    assert f"{send.MOST_ATTEMPTS} attempts" in MESSAGES
    assert f"after {send.PATIENCE // timedelta(minutes=1)} minute" in MESSAGES
    assert f"at most {send.LONGEST_PAUSE // timedelta(hours=1)} hours" in MESSAGES
    pauses = [send.pause_after(attempts) // timedelta(seconds=1) for attempts in (1, 2, 3)]
    assert "after {} seconds, then {}, {}".format(*pauses) in MESSAGES
