import pytest

from palier.core.tax_due import EUROPEAN_UNION
from palier.core.vat_number import LOOKS_LIKE, InvalidVatNumber, vat_number


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        ("DE136695976", "DE", "DE136695976"),
        ("de 136 695 976", "DE", "DE136695976"),
        ("136695976", "DE", "DE136695976"),
        ("FR 40 303.265-045", "FR", "FR40303265045"),
        ("EL094259216", "GR", "EL094259216"),
        ("GR094259216", "GR", "EL094259216"),
        ("BE0428759497", "BE", "BE0428759497"),
        ("ATU13585627", "AT", "ATU13585627"),
        ("", "DE", ""),
        (" ", "CA", ""),
    ],
)
def test_a_number_is_written_as_its_state_does(written: str, country: str, number: str) -> None:
    assert vat_number(written, country) == number


@pytest.mark.parametrize(
    ("written", "country", "looks_like"),
    [
        ("DE136695977", "DE", "DE123456789"),  # one digit off: the check digit tells
        ("DE136695976", "FR", "FR12345678901"),  # right, and of another state
        ("DEDE136695976", "DE", "DE123456789"),
        ("peut-être", "FR", "FR12345678901"),
        ("123456789 RT0001", "CA", ""),
        ("GB980780684", "GB", ""),
    ],
)
def test_another_is_refused_with_what_one_looks_like(written: str, country: str, looks_like: str) -> None:
    with pytest.raises(InvalidVatNumber) as refused:
        vat_number(written, country)
    assert refused.value.looks_like == looks_like


def test_every_member_state_shows_one() -> None:
    assert LOOKS_LIKE.keys() == EUROPEAN_UNION
