import pytest
from django.utils.translation import override

from palier.words.differences import difference_line
from palier.words.limits import ResourceWords

RESOURCES = {"disk": ResourceWords("storage", "Disk space")}


@pytest.mark.parametrize(
    ("what", "wanted", "found", "line"),
    [
        ("disk", 25_600, 10_240, "Disk space: wanted 25 GB, found 10 GB"),
        ("disk", None, 10_240, "Disk space: wanted no limit, found 10 GB"),
        ("plan", "forfait_b", "forfait_a", "Panel plan: wanted forfait_b, found forfait_a"),
        ("subdomains", 3, None, "subdomains: wanted 3, found no limit"),
    ],
)
def test_what_was_wanted_and_what_was_found(
    what: str, wanted: str | int | None, found: str | int | None, line: str
) -> None:
    with override("en"):
        assert difference_line(what, wanted, found, RESOURCES, "en").replace("\u00a0", " ") == line
