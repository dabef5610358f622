"""The steps of a change, as they are told in each of its states."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from palier.core.states import PLAN_CHANGE
from palier.entrypoints.client_area.pages.follow import Moments, Step, steps


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with override("en"):
        yield


def at(minute: int) -> datetime:
    return datetime(2026, 11, 23, 19, minute, tzinfo=UTC)


def told(found: tuple[Step, ...]) -> list[tuple[str, str]]:
    return [(step.title, step.state) for step in found]


def test_an_accepted_change_waits_for_its_payment() -> None:
    found = steps("awaiting_payment", Moments(at(24)), pays=True, needs_person=False)
    assert told(found)[:3] == [("Accepted", "done"), ("Paid", "now"), ("Applied on the server", "next")]


def test_a_paid_change_is_being_applied() -> None:
    found = steps("applying", Moments(at(24), paid_at=at(25)), pays=True, needs_person=False)
    assert told(found) == [
        ("Accepted", "done"),
        ("Paid", "done"),
        ("Applied on the server", "now"),
        ("Checked on the server", "next"),
        ("Fully operational", "next"),
    ]


def test_a_change_that_costs_nothing_has_no_payment_step() -> None:
    found = steps("applying", Moments(at(24)), pays=False, needs_person=False)
    assert "Paid" not in [step.title for step in found]


def test_a_change_done_has_every_step_behind_with_its_moment() -> None:
    moments = Moments(at(24), paid_at=at(25), begun_at=at(25), ended_at=at(26))
    found = steps("done", moments, pays=True, needs_person=False)
    assert all(step.state == "done" and step.at is not None for step in found)
    assert found[-1] == Step("Fully operational", "done", at(26))


def test_what_a_person_does_replaces_what_the_server_does() -> None:
    moments = Moments(at(24), paid_at=at(25), taken_at=at(40))
    found = steps("needs_person", moments, pays=True, needs_person=True, taken_by="Dana")
    assert told(found) == [
        ("Accepted", "done"),
        ("Paid", "done"),
        ("Taken by Dana", "done"),
        ("Done by our team", "now"),
        ("Fully operational", "next"),
    ]


def test_a_scheduled_change_waits_for_its_renewal_day() -> None:
    found = steps("scheduled", Moments(at(24)), pays=False, needs_person=False, at_renewal=True)
    assert told(found)[:2] == [("Accepted", "done"), ("Renewal day reached", "now")]


def test_a_change_that_was_undone_stops_there_and_promises_nothing_more() -> None:
    moments = Moments(at(24), paid_at=at(25), ended_at=at(59))
    found = steps("reversed", moments, pays=True, needs_person=False)
    assert told(found) == [("Accepted", "done"), ("Paid", "done"), ("Undone", "stopped")]
    assert found[-1].at == at(59)


def test_every_state_has_one_step_under_way_or_is_over() -> None:
    for state in PLAN_CHANGE.states:
        moments = Moments(
            at(24), paid_at=at(25), begun_at=at(25), ended_at=at(26) if state in PLAN_CHANGE.ends else None
        )
        found = [step.state for step in steps(state, moments, pays=True, needs_person=False)]
        assert found.count("now") == (0 if state in PLAN_CHANGE.ends else 1)
