from palier.core.states import PLAN_CHANGE
from palier.words.statuses import CHANGE


def test_every_state_of_a_change_has_its_words() -> None:
    assert set(CHANGE) == PLAN_CHANGE.states
