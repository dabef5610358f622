from palier.catalog.file.entries import PathEntry
from palier.catalog.file.paths import doubles, ways

LEVELS = {"web": ("web-a", "web-b"), "vps": ("vps-1",)}


def path(**written: list[str]) -> PathEntry:
    return PathEntry.model_construct(
        between=written.get("between", []),
        origins=written.get("origins", []),
        targets=written.get("targets", []),
    )


def test_between_a_product_is_every_level_to_every_level_itself_included() -> None:
    assert set(ways([path(between=["web"])], LEVELS, LEVELS)) == {
        ("web-a", "web-a"),
        ("web-a", "web-b"),
        ("web-b", "web-a"),
        ("web-b", "web-b"),
    }


def test_from_and_to_lead_one_way() -> None:
    found = ways([path(origins=["web-b"], targets=["vps"])], LEVELS, LEVELS)
    assert set(found) == {("web-b", "vps-1")}


def test_a_level_that_is_sold_no_longer_can_be_left_and_not_reached() -> None:
    to_leave = {"web": ("web-a", "web-b", "web-old")}
    found = ways([path(between=["web"])], to_leave, LEVELS)
    assert ("web-old", "web-a") in found
    assert not [pair for pair in found if pair[1] == "web-old"]


def test_what_names_the_plans_wins_over_what_names_the_product_wherever_it_stands() -> None:
    general, particular = path(between=["web"]), path(origins=["web-b"], targets=["web-a"])
    for entries in ([general, particular], [particular, general]):
        found = ways(entries, LEVELS, LEVELS)
        assert found["web-b", "web-a"].entry is particular
        assert found["web-a", "web-b"].entry is general
        assert doubles(entries, LEVELS, LEVELS) == {}


def test_two_that_name_a_pair_equally_closely_are_doubles() -> None:
    entries = [path(origins=["web-b"], targets=["web"]), path(origins=["web"], targets=["web-a"])]
    assert set(doubles(entries, LEVELS, LEVELS)) == {("web-b", "web-a")}
