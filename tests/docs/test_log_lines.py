"""The lines that the how-to shows are those that the same story writes."""

import pytest

from palier.plan_changes.by_person import retry, take_change
from palier.plan_changes.models import PlanChange
from tests.docs.pages import ROOT, blocks
from tests.logged import logged
from tests.world import World

HOW_TO = ROOT / "docs/how-to/read-the-logs-of-one-change.md"
#: Said of every line elsewhere on the page, or bound by what surrounds a task, of which this test has none.
LEFT_OUT = {"event", "level", "logger", "timestamp", "task", "task_number"}


def shown() -> list[tuple[str, dict[str, str]]]:
    """(what, fields) of each line of the page, those of requests left out."""
    (block,) = blocks(HOW_TO, "text")
    lines = [line.split()[1:] for line in block.splitlines()]
    found = [(what, dict(field.split("=", 1) for field in fields)) for what, *fields in lines]
    return [(what, fields) for what, fields in found if what != "request"]


@pytest.mark.django_db
def test_the_lines_of_the_how_to_are_those_of_its_story(world: World) -> None:
    with logged() as lines:
        subscription = world.subscribe()
        world.panel.set_mode("lie")
        change = world.change(subscription, "web-b")
        take_change(change.customer_id, change.id, by=world.dana, at=world.now)
        world.panel.set_mode("ok")
        retry(change.customer_id, change.id, house=world.house, by=world.dana, at=world.now)
        world.drain()
        about = [line for line in lines() if line.get("change_id") == str(change.id)]
    assert PlanChange.objects.get(id=change.id).state == "done"
    written = [(line["event"], sorted(line.keys() - LEFT_OUT), line.get("reason", "")) for line in about]
    told = [(what, sorted(fields.keys() - LEFT_OUT), fields.get("reason", "")) for what, fields in shown()]
    assert sorted(told) == sorted(written)
