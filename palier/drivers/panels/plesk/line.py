"""The line to one Plesk: packets of XML, posted to one address.

- the order of elements matters: a packet is written here from nested pairs, in the order given
- `status` in the answer is the outcome, not the HTTP status; a request that is wrong as a whole is answered by `system`
- an answer that declares a document type is not one of theirs: it is dropped unread, entities and all
- `problems` beside a good status is a table of what was not applied as asked, one line each below its heading
"""

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element
from xml.parsers import expat

import httpx

from palier.drivers.errors import Busy, NotThere, Refused, Unknown
from palier.drivers.http import Exchange

AGENT = "/enterprise/control/agent.php"

#: A name, and its text or what is inside it, in order.
Node = tuple[str, str | Sequence["Node"]]

NOT_THERE = "1013"
#: Of the documented codes, those that pass: the agent did not start, too many at once, the login is locked for now.
TRY_LATER = frozenset({"1003", "1008", "1012"})


class _Declared(Exception):
    """A document type, where there is none to be."""


class Line(Exchange[Element]):
    def reading(self, response: httpx.Response) -> Element | None:
        found = element_of(response.content)
        return found if found is not None and found.tag == "packet" else None

    def sentence(self, found: Element) -> str:
        return found.findtext("system/errtext", "")

    def ask(self, operator: str, operation: str, *inside: Node) -> list[Element]:
        """Something that changes nothing: the results, one for each thing found."""
        packet = self.read("POST", AGENT, content=written(operator, operation, inside))
        return self._results(packet, operator, operation, Busy, ())

    def do(self, operator: str, operation: str, *inside: Node, secrets: Iterable[str] = ()) -> Element:
        """A change: its one result."""
        packet = self.act("POST", AGENT, secrets=secrets, content=written(operator, operation, inside))
        return self._results(packet, operator, operation, Unknown, secrets)[0]

    def _results(
        self,
        packet: Element,
        operator: str,
        operation: str,
        unreadable: type[Busy] | type[Unknown],
        secrets: Iterable[str],
    ) -> list[Element]:
        results = packet.findall("system") or packet.findall(f"{operator}/{operation}/result")
        if not results:
            raise unreadable(f"the panel's answer to {operator}/{operation} has no result")
        for result in results:
            if result.findtext("status") != "ok":
                self._refuse(result, unreadable, secrets)
        return results

    def _refuse(
        self, result: Element, unreadable: type[Busy] | type[Unknown], secrets: Iterable[str]
    ) -> None:
        code = result.findtext("errcode", "")
        reason = self.clean(f"{result.findtext('errtext', 'no reason given')} ({code})", secrets)
        if result.findtext("status") != "error":
            raise unreadable(f"the panel's answer has no status: {reason}")
        if code == NOT_THERE:
            raise NotThere(reason)
        raise Busy(reason) if code in TRY_LATER else Refused(reason)


def written(operator: str, operation: str, inside: Sequence[Node]) -> bytes:
    packet = Element("packet")
    _add(packet, (operator, [(operation, inside)]))
    found: bytes = ElementTree.tostring(packet, encoding="utf-8", xml_declaration=True)
    return found


def _add(parent: Element, node: Node) -> None:
    name, inside = node
    child = ElementTree.SubElement(parent, name)
    if isinstance(inside, str):
        child.text = inside
        return
    for each in inside:
        _add(child, each)


def element_of(body: bytes) -> Element | None:
    """The document; None when it is none, or declares a document type: no entity is ever expanded."""
    scan = expat.ParserCreate()
    scan.StartDoctypeDeclHandler = _refuse_declared
    try:
        scan.Parse(body, True)
        return ElementTree.fromstring(body)  # noqa: S314 it declares nothing
    except (expat.ExpatError, ElementTree.ParseError, _Declared, ValueError, LookupError):
        return None


def _refuse_declared(*declared: object) -> None:
    raise _Declared


def part(found: Element, place: str) -> Element:
    """What must be there. Raises `KeyError`."""
    inside = found.find(place)
    if inside is None:
        raise KeyError(place)
    return inside


def told(found: Element, place: str) -> str:
    """The text of what must be there. Raises `KeyError`."""
    return part(found, place).text or ""


def problems_of(result: Element) -> tuple[str, ...]:
    """The rows of `problems`, each in the panel's words; empty when all was applied."""
    rows = [" ".join(row.split()) for row in (result.findtext("problems") or "").splitlines()]
    return tuple(row for row in rows if row and not row.startswith("Description Current"))
