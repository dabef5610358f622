"""What differs between what a panel says and what it should say."""

from palier.drivers.panel import Difference, State, Target
from palier.reconciliation.compare import Drifting, Wanted, drifting

A = Target("forfait_a", {"disk": 10240, "mailboxes": 5})
B = Target("forfait_b", {"disk": 25600, "mailboxes": 25})


def found(plan: str | None = "forfait_a", suspended: bool = False, **limits: int) -> State:
    return State(plan, {"disk": 10240, "mailboxes": 5, **limits}, usage={}, suspended=suspended)


def test_what_is_as_it_should_be_is_no_drift() -> None:
    assert drifting(Wanted([A], suspended=False), found()) == ()


def test_an_account_that_the_panel_does_not_know_is_missing() -> None:
    assert drifting(Wanted([A], suspended=False), None) == (Drifting("missing"),)


def test_one_that_has_ended_may_be_gone() -> None:
    assert drifting(Wanted([], suspended=True, may_be_gone=True), None) == ()


def test_of_what_has_ended_only_that_it_works_is_wrong() -> None:
    wanted = Wanted([], suspended=True, may_be_gone=True)

    assert drifting(wanted, found("forfait_x", suspended=False)) == (Drifting("suspended"),)
    assert drifting(wanted, found("forfait_x", suspended=True)) == ()


def test_a_suspension_that_differs_either_way_is_a_drift() -> None:
    assert drifting(Wanted([A], suspended=False), found(suspended=True)) == (Drifting("suspended"),)
    assert drifting(Wanted([A], suspended=True), found()) == (Drifting("suspended"),)


def test_another_plan_is_one_drift_with_all_that_differs() -> None:
    (drift,) = drifting(Wanted([B], suspended=False), found())

    assert drift.kind == "plan"
    assert [line.what for line in drift.lines] == ["plan", "disk", "mailboxes"]


def test_a_limit_alone_is_a_drift_of_limits() -> None:
    (drift,) = drifting(Wanted([A], suspended=False), found(mailboxes=9))

    assert drift == Drifting("limits", (Difference("mailboxes", 5, 9),))


def test_both_ends_of_a_change_that_is_prepared_are_right() -> None:
    wanted = Wanted([A, B], suspended=False)

    assert drifting(wanted, found()) == ()
    assert drifting(wanted, State("forfait_b", B.limits, {}, suspended=False)) == ()


def test_of_a_third_plan_the_nearest_end_is_told() -> None:
    (drift,) = drifting(Wanted([B, A], suspended=False), found(mailboxes=9))

    assert drift.lines == (Difference("mailboxes", 5, 9),)


def test_what_a_person_has_let_stand_is_no_drift_until_it_moves_again() -> None:
    wanted = Wanted([A], suspended=False, allowed={"mailboxes": 9})

    assert drifting(wanted, found(mailboxes=9)) == ()
    assert [drift.kind for drift in drifting(wanted, found(mailboxes=12))] == ["limits"]


def test_a_system_without_plans_is_held_to_its_limits() -> None:
    assert drifting(Wanted([Target("", {"disk": 10240, "mailboxes": 5})], suspended=False), found(None)) == ()
