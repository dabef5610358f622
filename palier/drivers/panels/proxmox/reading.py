"""What Proxmox VE says of a guest, in our words: cpus, memory and disk, the last two in MB.

`/config` shows what is asked for, and looks applied when it is not: a running guest takes many settings only when it
starts anew. `/pending` shows both, and what is in force there is what the client has.

The space that is used inside the disk of a virtual machine is not known to the host, which says 0.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from palier.core.fit import Measure

MEGABYTE = 1024 * 1024
KIND_OF_CONTAINER, KIND_OF_MACHINE = "lxc", "qemu"
SUSPENDED = "palier-suspended"
#: What `description` begins with, of a guest that we made; the account's domain follows.
OF_ACCOUNT = "palier: "

#: The settings that are the limits of a guest; the size of its disk is in the setting of the disk.
OF_LIMITS = ("cores", "sockets", "vcpus", "cpulimit", "memory")
DISK = re.compile(r"(scsi|virtio|sata|ide)\d+")
DEFAULTS = {
    KIND_OF_MACHINE: {"cores": "1", "sockets": "1", "memory": "512"},
    KIND_OF_CONTAINER: {"memory": "512"},
}


@dataclass(frozen=True)
class Guest:
    """A virtual machine or a container, and where it is now."""

    kind: str
    vmid: int
    node: str

    @property
    def path(self) -> tuple[str, ...]:
        return ("nodes", self.node, self.kind, str(self.vmid))

    @property
    def is_machine(self) -> bool:
        return self.kind == KIND_OF_MACHINE

    @property
    def config_method(self) -> str:
        """A machine's settings are posted, which gives a task: PUT waits for the hot-plugging, longer than a request
        may take. A container's are put, and are over at once."""
        return "post" if self.is_machine else "put"


@dataclass(frozen=True)
class Setup:
    """A guest as it is set up and as it works. `in_force` are the settings that it has; `coming` those that it gets
    when it starts anew."""

    guest: Guest
    in_force: Mapping[str, str]
    coming: frozenset[str]
    status: Mapping[str, Any]
    disk_wanted: str = ""

    @property
    def is_running(self) -> bool:
        return str(self.status["status"]) == "running"

    @property
    def waits_for_start(self) -> bool:
        """Are there limits that it gets only when it starts anew?"""
        return bool(self.coming & set(OF_LIMITS))

    @property
    def tags(self) -> list[str]:
        return [tag for tag in re.split(r"[;, ]+", self.in_force.get("tags", "")) if tag]

    @property
    def is_marked(self) -> bool:
        """Were we told to suspend it? A client may stop it too."""
        return SUSPENDED in self.tags

    @property
    def domain(self) -> str | None:
        """Of the account that we made it for; None where others made it."""
        described = self.in_force.get("description", "").partition("\n")[0].strip()
        return (
            described.removeprefix(OF_ACCOUNT.strip()).strip() if described.startswith(OF_ACCOUNT) else None
        )

    @property
    def takes_password_at_start(self) -> bool:
        return self.guest.is_machine and any("cloudinit" in value for value in self.in_force.values())

    @property
    def disk(self) -> str:
        """The setting that is the disk: the one that was named, the first of the boot order, the first there is."""
        if not self.guest.is_machine:
            return "rootfs"
        order = re.search(r"order=([^,]+)", self.in_force.get("boot", ""))
        first = [self.disk_wanted, *(order[1].split(";") if order else []), self.in_force.get("bootdisk", "")]
        named = [name for name in (*first, *sorted(self.in_force)) if DISK.fullmatch(name)]
        return next((name for name in named if is_disk(self.in_force.get(name, ""))), "")

    @property
    def limits(self) -> dict[str, int]:
        known = {**DEFAULTS[self.guest.kind], **self.in_force}
        memory = int(re.sub(r"^current=|,.*", "", known["memory"]))
        found = {"cpus": self._cpus(known), "memory": memory, "disk": size_in(known.get(self.disk, ""))}
        return {resource: limit for resource, limit in found.items() if limit is not None}

    def _cpus(self, known: Mapping[str, str]) -> int | None:
        if self.guest.is_machine:
            return int(known.get("vcpus") or int(known["cores"]) * int(known["sockets"]))
        limit = float(known.get("cpulimit", 0))
        found = [int(amount) for amount in (known.get("cores"), limit) if amount]
        return min(found) if found else None

    def usage(self, at: datetime) -> dict[str, Measure]:
        # A processor is not used up: whoever has one has enough.
        return {
            "cpus": Measure(1, at, "live"),
            "memory": Measure(ceil(int(self.status.get("mem") or 0) / MEGABYTE), at, "live"),
            "disk": self._disk(at),
        }

    def _disk(self, at: datetime) -> Measure:
        used = int(self.status.get("disk") or 0)
        if self.guest.is_machine or not used:
            return Measure(0, at, "unknown")
        return Measure(ceil(used / MEGABYTE), at, "live")

    def settings_for(self, limits: Mapping[str, int]) -> dict[str, Any]:
        """What is to be set for these limits, the disk apart; `delete` are settings to be dropped. Nothing, when it
        has them."""
        held = self.limits
        if not self.waits_for_start and all(
            limits.get(name) == held.get(name) for name in ("cpus", "memory")
        ):
            return {}
        wanted: dict[str, Any] = {}
        if "memory" in limits:
            wanted["memory"] = limits["memory"]
            # The least that it may be squeezed to cannot be more than all there is.
            if int(self.in_force.get("balloon") or 0) > limits["memory"]:
                wanted["balloon"] = limits["memory"]
        cpus = limits.get("cpus")
        if cpus is not None:
            wanted |= self._settings_of_cpus(cpus)
        elif not self.guest.is_machine and "cores" in self.in_force:
            wanted["delete"] = "cores"
        return wanted

    def _settings_of_cpus(self, cpus: int) -> dict[str, Any]:
        if not self.guest.is_machine:
            return {"cores": cpus, **({"cpulimit": cpus} if float(self.in_force.get("cpulimit", 0)) else {})}
        if "vcpus" not in self.in_force:
            return {"cores": cpus, "sockets": 1}
        known = {**DEFAULTS[self.guest.kind], **self.in_force}
        if cpus <= int(known["cores"]) * int(known["sockets"]):
            return {"vcpus": cpus}
        return {"cores": cpus, "sockets": 1, "delete": "vcpus"}


def setup_of(
    guest: Guest, rows: Iterable[Mapping[str, Any]], status: Mapping[str, Any], disk_wanted: str
) -> Setup:
    """From the rows of `/pending`: `value` is in force, `pending` and `delete` are not yet."""
    rows = list(rows)
    in_force = {str(row["key"]): str(row["value"]) for row in rows if row.get("value") is not None}
    coming = frozenset(str(row["key"]) for row in rows if row.get("pending") is not None or row.get("delete"))
    return Setup(guest, in_force, coming, status, disk_wanted)


def is_disk(setting: str) -> bool:
    return bool(setting) and "media=cdrom" not in setting and "cloudinit" not in setting


def size_in(setting: str) -> int | None:
    """'local-lvm:vm-100-disk-0,size=32G' -> 32768, None where no size is said. Parts of a megabyte are rounded up."""
    size = re.search(r"(?:^|,)size=(\d+(?:\.\d+)?)([KMGT]?)", setting)
    if size is None:
        return None
    return ceil(
        float(size[1]) * {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}[size[2]] / MEGABYTE
    )
