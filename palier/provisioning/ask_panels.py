"""Ask the panels, before a catalogue file is applied, whether they know the plans that it sells there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from palier.catalog.file.document import Document
from palier.catalog.file.problems import Place, Problem
from palier.drivers.panel import Capability
from palier.provisioning.apply_catalogue import server_columns
from palier.provisioning.look_at_server import Look, Plans, look_at
from palier.provisioning.models import Server
from palier.provisioning.panels import capabilities_of
from palier.provisioning.queries import servers


@dataclass(frozen=True, slots=True)
class Verdict:
    """What cannot be sold, and what each server that could not be asked made of it, by its code."""

    problems: tuple[Problem, ...] = ()
    unasked: tuple[tuple[str, Look], ...] = ()


def verdict_of_panels(document: Document) -> Verdict:
    """Reads only. A system without plans has nothing to say, and a server on which nothing is sold is not asked."""
    problems: list[Problem] = []
    unasked = []
    for server in _servers_of(document):
        wanted = [(place, package) for place, code, package in _sold_in(document) if code == server.code]
        if not wanted or Capability.PLANS not in capabilities_of(server):
            continue
        look = look_at(server)
        if look.plans is None:
            unasked.append((server.code, look))
            continue
        for place, package in wanted:
            if package not in look.plans:
                problems.append(document.problem(place, _sentence(server.code, package, look.plans)))
    return Verdict(tuple(problems), tuple(unasked))


def _servers_of(document: Document) -> Iterator[Server]:
    """As the file declares them, and those that were added by hand."""
    declared = document.catalogue.servers
    for code, entry in declared.items():
        yield Server(code=code, **server_columns(entry))
    yield from servers().filter(by_hand=True).exclude(code__in=declared)


def _sold_in(document: Document) -> Iterable[tuple[Place, str, str]]:
    for code, product in document.catalogue.products.items():
        for plan, entry in product.plans.items():
            yield ("products", code, "plans", plan, "package"), product.server, entry.package


def _sentence(server: str, package: str, found: Plans) -> str:
    known = f"it knows {', '.join(sorted(found))}" if found else "it knows none"
    if not package:
        return f"{server} calls plans by a name of its own: write the one that is meant; {known}"
    return f"{server} knows no plan “{package}”: make it there first, or write one that it knows; {known}"
