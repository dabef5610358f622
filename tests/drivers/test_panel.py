"""Is what the panel has what the client was promised?"""

from palier.drivers.panel import Difference, State, Target, differences


def state(plan: str = "forfait_b", **limits: int) -> State:
    return State(plan, limits, usage={}, suspended=False)


def test_the_same_plan_and_limits_are_confirmed() -> None:
    assert differences(state(disk=2048, sites=3), Target("forfait_b", {"sites": 3, "disk": 2048})) == ()


def test_another_plan_is_a_difference() -> None:
    wrong = differences(state("forfait_a", disk=2048), Target("forfait_b", {"disk": 2048}))

    assert wrong == (Difference("plan", "forfait_b", "forfait_a"),)


def test_every_limit_that_differs_is_named() -> None:
    wrong = differences(state(disk=1024, sites=1), Target("forfait_b", {"disk": 2048, "sites": 3}))

    assert wrong == (Difference("disk", 2048, 1024), Difference("sites", 3, 1))


def test_a_limit_that_the_panel_does_not_set_is_a_difference() -> None:
    assert differences(state(), Target("forfait_b", {"disk": 2048})) == (Difference("disk", 2048, None),)


def test_what_was_sold_as_unlimited_must_be_unlimited() -> None:
    assert differences(state(disk=2048), Target("forfait_b", {})) == (Difference("disk", None, 2048),)
