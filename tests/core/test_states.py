"""Every state reaches an end, and every state is reached."""

import pytest

from palier.core import states
from palier.core.states import OPEN_CHANGE, PLAN_CHANGE, StateTable

TABLES = [table for table in vars(states).values() if isinstance(table, StateTable)]


def reached_from(table: StateTable, begins: frozenset[str]) -> frozenset[str]:
    reached = begins
    while (further := reached.union(*(table.steps[state] for state in reached))) != reached:
        reached = further
    return reached


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.thing)
def test_a_state_is_reached_from_the_first_and_follows_only_known_ones(table: StateTable) -> None:
    assert reached_from(table, table.first) == table.states


def test_whatever_state_a_change_is_in_it_reaches_an_end() -> None:
    for state in PLAN_CHANGE.states:
        assert reached_from(PLAN_CHANGE, frozenset({state})) & PLAN_CHANGE.ends, state
    assert PLAN_CHANGE.states - OPEN_CHANGE == PLAN_CHANGE.ends


@pytest.mark.parametrize("table", [one for one in TABLES if one.ends], ids=lambda table: table.thing)
def test_what_has_ends_reaches_one_from_everywhere(table: StateTable) -> None:
    for state in table.states:
        assert reached_from(table, frozenset({state})) & table.ends, state
