"""The page of states is what palier/core/states.py says."""

import pytest

from palier.core.states import ALL, StateTable
from tests.docs.write_states import MEANINGS, PAGE, page


def test_the_page_is_printed_from_the_tables() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: .venv/bin/python -m tests.docs.write_states"


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.thing)
def test_every_state_has_its_meaning_and_no_other(table: StateTable) -> None:
    assert set(MEANINGS[table.thing][1]) == table.states
