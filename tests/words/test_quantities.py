import pytest

from palier.words.quantities import number, storage, storage_at_least, storage_used


@pytest.mark.parametrize(
    ("megabytes", "french", "english"),
    [
        (512, "512\u00a0Mo", "512\u00a0MB"),
        (10240, "10\u00a0Go", "10\u00a0GB"),
        (12698, "12,4\u00a0Go", "12.4\u00a0GB"),
        (1024**2 * 3 // 2, "1,5\u00a0To", "1.5\u00a0TB"),
        (0, "0\u00a0Mo", "0\u00a0MB"),
    ],
)
def test_storage_is_said_in_its_largest_unit(megabytes: int, french: str, english: str) -> None:
    assert storage(megabytes, "fr") == french
    assert storage(megabytes, "en") == english


def test_what_is_used_takes_the_unit_of_its_limit_when_it_can() -> None:
    assert storage_used(7578, 10240, "fr") == "7,4"
    assert storage_used(300, 10240, "fr") == "300\u00a0Mo"
    assert storage_used(0, 10240, "fr") == "0"


def test_what_must_be_freed_is_rounded_up() -> None:
    excess = 12698 - 10240
    assert storage(excess, "en") == "2.4\u00a0GB"
    assert storage_at_least(excess, "en") == "2.5\u00a0GB"


def test_numbers_are_grouped() -> None:
    assert (number(12400, "fr"), number(12400, "en")) == ("12\u00a0400", "12,400")
