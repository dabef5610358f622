import pytest

from palier.core.address import PROVINCES, InvalidPostalCode, postal_code


@pytest.mark.parametrize(
    ("written", "country", "code"),
    [
        ("g1r4p5", "CA", "G1R 4P5"),
        ("G1R-4P5", "CA", "G1R 4P5"),
        ("  H2X   1Y4 ", "CA", "H2X 1Y4"),
        ("04101", "US", "04101"),
        ("041011234", "US", "04101-1234"),
        ("75002", "FR", "75002"),
        ("sw1a  1aa", "GB", "SW1A 1AA"),
        ("", "IE", ""),
    ],
)
def test_a_code_is_written_as_its_country_does(written: str, country: str, code: str) -> None:
    assert postal_code(written, country) == code


@pytest.mark.parametrize(
    ("written", "country", "looks_like"),
    [
        ("75002", "CA", "G1R 4P5"),
        ("D1R 4P5", "CA", "G1R 4P5"),
        ("", "CA", "G1R 4P5"),
        ("4101", "US", "04101"),
    ],
)
def test_another_is_refused_with_what_one_looks_like(written: str, country: str, looks_like: str) -> None:
    with pytest.raises(InvalidPostalCode) as refused:
        postal_code(written, country)
    assert refused.value.looks_like == looks_like


def test_canada_has_ten_provinces_and_three_territories() -> None:
    assert len(PROVINCES) == 13
