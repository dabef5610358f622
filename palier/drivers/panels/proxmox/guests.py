"""The guests of a Proxmox VE: found by their name wherever they are now, since they move between nodes.

A name is in the list of the cluster only some seconds after its guest is there: guests without one are looked at.
"""

import zlib
from collections.abc import Mapping
from typing import Any

from palier.drivers.errors import Busy, NotThere, Refused
from palier.drivers.http import understood
from palier.drivers.panels.proxmox.line import Line
from palier.drivers.panels.proxmox.reading import KIND_OF_CONTAINER, KIND_OF_MACHINE, Guest, Setup, setup_of

#: As many numbers are tried for a new guest, from the first that it may have.
NUMBERS = 900_000


class Guests:
    def __init__(self, line: Line, disk_wanted: str) -> None:
        """`disk_wanted` is the setting that is a machine's disk; empty: the one that it starts from."""
        self._line = line
        self._disk_wanted = disk_wanted

    def rows(self) -> list[dict[str, Any]]:
        """Every guest and template of the cluster."""
        rows = self._line.read("cluster", "resources", type="vm")
        with understood("the guests"):
            return [dict(row) for row in rows if row["type"] in (KIND_OF_MACHINE, KIND_OF_CONTAINER)]

    def find(self, name: str) -> Guest | None:
        """Guests without a name are looked at only where none has it: of a node that is away, they cannot be."""
        rows = [row for row in self.rows() if not row.get("template")]
        found = [row for row in rows if row.get("name") == name]
        if not found:
            found = [row for row in rows if not row.get("name") and self._name(row) == name]
        if len(found) > 1:
            numbers = ", ".join(str(row["vmid"]) for row in found)
            raise Refused(f"several guests are called {name}: {numbers}")
        return guest_in(found[0]) if found else None

    def found(self, name: str) -> Guest:
        guest = self.find(name)
        if guest is None:
            raise NotThere(f"there is no guest called {name}")
        return guest

    def where(self, guest: Guest) -> Guest | None:
        """The same guest where it is now; None when it is gone."""
        there = (guest_in(row) for row in self.rows())
        return next((one for one in there if (one.kind, one.vmid) == (guest.kind, guest.vmid)), None)

    def setup(self, guest: Guest) -> Setup:
        status = self._line.read(*guest.path, "status", "current")
        rows = self._line.read(*guest.path, "pending")
        with understood("the guest"):
            return setup_of(guest, rows, status, self._disk_wanted)

    def free_number(self, name: str, first: int) -> int:
        """Made of the name, so that making the guest again meets the first one there."""
        start = zlib.crc32(name.encode())
        taken = {int(row["vmid"]): row for row in self.rows()}
        for step in range(NUMBERS):
            number = first + (start + step) % NUMBERS
            if number not in taken:
                return number
            if not self._name(taken[number]):
                raise Busy(f"guest {number} is being made")
        raise Refused("there is no number left for a guest")

    def _name(self, row: Mapping[str, Any]) -> str:
        """Empty while it is being made."""
        if row.get("name"):
            return str(row["name"])
        config = self._line.read(*guest_in(row).path, "config")
        with understood("the settings"):
            return str(config.get("name") or config.get("hostname") or "")


def guest_in(row: Mapping[str, Any]) -> Guest:
    return Guest(str(row["type"]), int(row["vmid"]), str(row["node"]))
