"""What follows an invoice that stays unpaid, day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palier.core.dunning import Dunning, Taken, retry_on, upcoming

#: Due on 14 December 2026; day 3 is the 17th, day 15 the 29th, day 45 the 28th of January.
DUE = date(2026, 12, 14)


def day(number: int) -> date:
    return DUE + timedelta(number)


def said(found) -> list[tuple[str, int, int]]:
    return [(one.step.kind, one.step.number, (one.on - DUE).days) for one in found]


def test_the_steps_come_on_their_days() -> None:
    assert said(upcoming(Dunning(), DUE)) == [
        ("reminder", 1, 3),
        ("reminder", 2, 7),
        ("reminder", 3, 12),
        ("suspension", 1, 15),
        ("end", 1, 45),
    ]


def test_what_was_taken_late_moves_all_that_follows() -> None:
    """The worker was off for three weeks: the first reminder went out on day 21, the rest keep their distances."""
    taken = (Taken("reminder", 1, day(21)),)
    assert said(upcoming(Dunning(), DUE, taken)) == [
        ("reminder", 2, 25),
        ("reminder", 3, 30),
        ("suspension", 1, 33),
        ("end", 1, 63),
    ]


def test_a_promise_holds_the_steps_until_it_is_over() -> None:
    taken = (Taken("reminder", 1, day(3)),)
    found = upcoming(Dunning(), DUE, taken, from_on=day(21))
    assert said(found) == [("reminder", 2, 21), ("reminder", 3, 26), ("suspension", 1, 29), ("end", 1, 59)]


def test_a_promise_that_is_over_before_the_next_step_changes_nothing() -> None:
    assert said(upcoming(Dunning(), DUE, from_on=day(2))) == said(upcoming(Dunning(), DUE))


def test_a_schedule_without_suspension_ends_with_its_reminders() -> None:
    policy = Dunning(suspend_after_days=None, terminate_after_days=None)
    taken = tuple(Taken("reminder", number, day(number)) for number in (1, 2, 3))
    assert upcoming(policy, DUE, taken) == ()


def test_a_service_that_is_over_is_only_reminded_of() -> None:
    assert [kind for kind, _, _ in said(upcoming(Dunning(), DUE, reminders_only=True))] == ["reminder"] * 3


def test_a_reminder_that_the_policy_gains_after_the_suspension_is_not_sent() -> None:
    taken = (Taken("reminder", 1, day(3)), Taken("suspension", 1, day(15)))
    assert said(upcoming(Dunning(reminder_days=(3, 7, 12, 14)), DUE, taken)) == [("end", 1, 45)]


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ({"reminder_days": [7, 3]}, "each later than the one before"),
        ({"reminder_days": [0, 3]}, "days after the due day"),
        ({"retry_days": [3, 3]}, "each later than the one before"),
        ({"suspend_after_days": 12}, "not after the last reminder, on day 12"),
        ({"reminder_days": []}, "needs a reminder before it"),
        ({"suspend_after_days": None}, "needs a suspension before it"),
        ({"terminate_after_days": 15}, "not after suspend_after_days, 15"),
    ],
)
def test_a_policy_out_of_order_is_refused(written, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Dunning.of(written)


def test_a_product_overrides_the_provider_key_by_key() -> None:
    policy = Dunning.of({"reminder_days": [1, 2], "suspend_after_days": 5}, {"suspend_after_days": 9})
    assert (policy.reminder_days, policy.suspend_after_days) == ((1, 2), 9)


@pytest.mark.parametrize(("today", "found"), [(2, None), (3, 3), (6, 3), (7, 7), (40, 7)])
def test_a_saved_method_is_tried_again_on_its_days(today: int, found: int | None) -> None:
    assert retry_on(Dunning(), DUE, day(today)) == (day(found) if found is not None else None)


@given(
    days=st.lists(st.integers(1, 90), min_size=3, max_size=6, unique=True).map(sorted),
    off=st.lists(st.integers(0, 40), min_size=6, max_size=6),
)
def test_whatever_days_are_missed_the_steps_keep_their_order_and_their_distances(days, off) -> None:
    *reminders, suspend, end = days
    policy = Dunning.of(
        {"reminder_days": reminders, "suspend_after_days": suspend, "terminate_after_days": end}
    )
    taken: tuple[Taken, ...] = ()
    for late in off:
        coming = next(iter(upcoming(policy, DUE, taken)), None)
        if coming is None:
            break
        on = coming.on + timedelta(late)
        if taken:
            apart = coming.step.days - policy.steps[len(taken) - 1].days
            assert (on - taken[-1].on).days >= apart
        assert on >= day(coming.step.days)
        assert coming.step == policy.steps[len(taken)]
        taken += (Taken(coming.step.kind, coming.step.number, on),)
    assert len(taken) == len(policy.steps)
