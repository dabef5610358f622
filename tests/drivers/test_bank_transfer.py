"""A bank transfer keeps what every gateway promises, and its references are found again on a statement."""

import pytest

from palier.core.money import Money
from palier.drivers.errors import Refused
from palier.drivers.gateway import Charge, Gateway
from palier.drivers.gateways.bank_transfer import reference_of, references_in, written
from palier.drivers.registry import gateway
from tests.drivers.gateway_contract import EveryGateway, Till

CREDENTIALS = {"account": "Caisse populaire, 815-12345-1234567"}


def bank() -> Gateway:
    return gateway("bank_transfer", "", CREDENTIALS)


@pytest.fixture
def till() -> Till:
    charge = Charge(
        key="0199-invoice",
        money=Money(725, "CAD"),
        description="Hébergement Boréal · 2026-0042",
        return_url="http://palier.example/back",
        callback_url="http://palier.example/call",
        method=None,
        account="0199-boreale",
    )
    # No page, no call-back, no other end: a bank is heard of on its statement only.
    return Till(bank(), bank(), charge, None, None, "")  # type: ignore[arg-type]


class TestBankTransfer(EveryGateway):
    def test_nobody_can_be_asked_what_became_of_it(self, till: Till) -> None:
        with pytest.raises(Refused):
            till.gateway.status(till.gateway.start(till.charge).reference)


def test_a_reference_is_found_however_it_is_spaced() -> None:
    reference = reference_of("0199-invoice")
    assert written(reference).replace(" ", "") == reference
    for text in (reference, written(reference), f"VIR. {written(reference).lower()} MERCI", f"x{reference}y"):
        assert references_in(text) == (reference,)


def test_a_mistyped_reference_is_nobodys() -> None:
    reference = reference_of("0199-invoice")
    wrong = reference[:-1] + ("2" if reference[-1] != "2" else "3")
    assert references_in(wrong) == ()
    assert references_in(reference[:-1]) == ()


def test_two_references_on_one_line_are_both_found() -> None:
    first, second = reference_of("one"), reference_of("two")
    assert references_in(f"{written(first)} et {written(second)}") == (first, second)
