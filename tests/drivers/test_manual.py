"""What people do by hand is never done, nor guessed, by a driver."""

from collections.abc import Callable

import pytest

from palier.drivers.errors import Refused
from palier.drivers.panel import Account, Panel, Target
from palier.drivers.registry import panel

ALICE, TARGET = Account("alice"), Target("vps-2", {})

VERBS: list[Callable[[Panel], object]] = [
    lambda manual: manual.inspect(ALICE),
    lambda manual: manual.preflight(ALICE, TARGET),
    lambda manual: manual.change(ALICE, TARGET, "key"),
    lambda manual: manual.poll("handle"),
    lambda manual: manual.create(ALICE, TARGET, "password", "alice@example.com", "key"),
    lambda manual: manual.suspend(ALICE, "unpaid"),
    lambda manual: manual.resume(ALICE),
    lambda manual: manual.terminate(ALICE),
    lambda manual: manual.set_password(ALICE, "password"),
    lambda manual: manual.sign_in_url(ALICE),
    lambda manual: manual.plans(),
]


def test_it_can_do_nothing_by_itself() -> None:
    assert panel("manual", "", {}).capabilities == frozenset()


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_for_a_person(verb: Callable[[Panel], object]) -> None:
    with pytest.raises(Refused, match="by_hand"):
        verb(panel("manual", "", {}))
