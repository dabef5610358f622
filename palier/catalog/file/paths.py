"""Which level may become which, worked out from the change paths of a file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from palier.catalog.file.entries import PathEntry, PersonEntry, ProductEntry

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Way:
    """What one entry says of one pair of plans. `named` counts the ends it names by plan, not by product."""

    entry: PathEntry
    number: int
    named: int

    def person(self, product: ProductEntry) -> PersonEntry | None:
        """Who must step in for a move to a level of `product`: as the path says, or else as the product does."""
        said_here = "needs_person" in self.entry.model_fields_set
        return self.entry.needs_person if said_here else product.needs_person


def ways(
    entries: Sequence[PathEntry], origins: Mapping[str, Sequence[str]], targets: Mapping[str, Sequence[str]]
) -> dict[Pair, Way]:
    """The way of every pair of plans. A product's code stands for its levels: those of `origins` to leave (which
    may be sold no longer), those of `targets` to reach. Where several entries speak of one pair, the one that names
    more of it by plan wins."""
    found: dict[Pair, Way] = {}
    for pair, way in _spoken(entries, origins, targets):
        if pair not in found or way.named > found[pair].named:
            found[pair] = way
    return found


def doubles(
    entries: Sequence[PathEntry], origins: Mapping[str, Sequence[str]], targets: Mapping[str, Sequence[str]]
) -> dict[Pair, tuple[Way, Way]]:
    """The pairs of plans that two entries name equally closely, so that neither wins, with the two."""
    chosen = ways(entries, origins, targets)
    found: dict[Pair, tuple[Way, Way]] = {}
    for pair, way in _spoken(entries, origins, targets):
        if way.named == chosen[pair].named and way.number != chosen[pair].number:
            found.setdefault(pair, (chosen[pair], way))
    return found


def _spoken(
    entries: Sequence[PathEntry], origins: Mapping[str, Sequence[str]], targets: Mapping[str, Sequence[str]]
) -> Iterator[tuple[Pair, Way]]:
    for number, entry in enumerate(entries):
        for start in entry.between or entry.origins:
            for end in entry.between or entry.targets:
                way = Way(entry, number, (start not in origins) + (end not in targets))
                for from_plan in origins.get(start, (start,)):
                    for to_plan in targets.get(end, (end,)):
                        yield (from_plan, to_plan), way


def moves_level(pair: Pair) -> bool:
    """Is it a move to another level, and not another cycle or other options of the same one?"""
    return pair[0] != pair[1]
