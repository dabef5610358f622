"""What LXD and Incus say of an instance, in our words: cpus, memory and disk, the last two in MB.

What counts for a disk depends on the pool:

- `btrfs`   the limit is on all that the instance refers to, its image included; the API tells only what is its own,
            and next to nothing of what a snapshot or a copy shares with it. So it is the API's number with the
            image's size, as it was measured when we made the instance; where anything is shared, the guest is asked.
- `dir`     sizes are ignored: there is no limit, and none can be sold
- `zfs`     the API's number, and its snapshots'
- others    blocks: they never get smaller, and neither do those of a virtual machine
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from palier.core.fit import Measure

MEGABYTE = 1024 * 1024
#: Pools whose limit can be lowered, if what is in it is known.
SHRINKING_POOLS = frozenset({"btrfs", "zfs"})
#: Pools that take a size and do nothing with it.
POOLS_WITHOUT_LIMITS = frozenset({"dir"})

OF_ACCOUNT = "user.palier.account"
SUSPENDED = "user.palier.suspended"
IMAGE_MB = "user.palier.image_mb"
AUTOSTART_BEFORE = "user.palier.autostart"

UNITS = {
    "": 1, "B": 1, "KB": 1000, "MB": 1000**2, "GB": 1000**3, "TB": 1000**4, "PB": 1000**5,
    "KIB": 1024, "MIB": 1024**2, "GIB": 1024**3, "TIB": 1024**4, "PIB": 1024**5,
}  # fmt: skip

#: What the guest knows better than the API, in one command. With `disk`, all that its root holds is counted.
MEASURE = """
echo "cpus $(nproc 2>/dev/null)"
for file in /sys/fs/cgroup/memory.stat /sys/fs/cgroup/memory/memory.stat; do
    [ -r "$file" ] && while read -r name amount; do
        case $name in *active_file) echo "$name $amount" ;; esac
    done < "$file"
done
[ "$1" = disk ] && echo "disk $(du -xsk / 2>/dev/null)"
exit 0
"""


@dataclass(frozen=True)
class Guest:
    """What an instance says of itself; None is what it cannot say."""

    cpus: int | None = None
    disk: int | None = None  # MB
    cache: int = 0  # bytes of memory that it gives back when it must


NOTHING_KNOWN = Guest()


@dataclass(frozen=True)
class Instance:
    """An instance as the API describes it, its pool's driver beside it."""

    found: Mapping[str, Any]
    tag: str = ""
    pool_driver: str = ""

    @property
    def name(self) -> str:
        return str(self.found["name"])

    @property
    def own_config(self) -> Mapping[str, str]:
        """Without what its profiles say."""
        return self.found.get("config") or {}

    @property
    def config(self) -> Mapping[str, str]:
        return self.found.get("expanded_config") or {}

    @property
    def root(self) -> Mapping[str, str]:
        return root_of(self.found.get("expanded_devices") or {})

    @property
    def name_of_root(self) -> str:
        return name_of_root(self.found.get("expanded_devices") or {})

    @property
    def is_virtual_machine(self) -> bool:
        return self.found.get("type") == "virtual-machine"

    @property
    def is_running(self) -> bool:
        return str(self.found["status"]).lower() == "running"

    @property
    def is_stopped(self) -> bool:
        return str(self.found["status"]).lower() == "stopped"

    @property
    def is_suspended(self) -> bool:
        """By us: a client may stop it too."""
        return self.config.get(SUSPENDED) == "true" and not self.is_running

    @property
    def grows_only(self) -> frozenset[str]:
        shrinks = not self.is_virtual_machine and self.pool_driver in SHRINKING_POOLS
        return frozenset() if shrinks or self.pool_driver in POOLS_WITHOUT_LIMITS else frozenset({"disk"})

    @property
    def must_be_measured_inside(self) -> bool:
        """Does the API leave out what the disk's limit counts?"""
        return self.pool_driver == "btrfs" and (
            bool(self.found.get("snapshots")) or IMAGE_MB not in self.config
        )

    def limits(self, guest: Guest) -> dict[str, int]:
        """What it has. Of processors, those that it really sees: the setting alone proves nothing."""
        cpus = cpus_of(self.config.get("limits.cpu", ""))
        if cpus is not None and guest.cpus is not None:
            cpus = guest.cpus
        disk = None if self.pool_driver in POOLS_WITHOUT_LIMITS else megabytes_of(self.root.get("size", ""))
        found = {"cpus": cpus, "memory": megabytes_of(self.config.get("limits.memory", "")), "disk": disk}
        return {resource: limit for resource, limit in found.items() if limit is not None}

    def usage(self, guest: Guest, at: datetime) -> dict[str, Measure]:
        # A processor is not used up: whoever has one has enough.
        return {
            "cpus": Measure(1, at, "live"),
            "memory": Measure(self._memory(guest), at, "live"),
            "disk": self._disk(guest, at),
        }

    def _memory(self, guest: Guest) -> int:
        used = int((self._state.get("memory") or {}).get("usage") or 0)
        return ceil(max(used - guest.cache, 0) / MEGABYTE)

    def _disk(self, guest: Guest, at: datetime) -> Measure:
        if guest.disk is not None:
            return Measure(max(guest.disk, self.own_mb), at, "live")
        if self.pool_driver in POOLS_WITHOUT_LIMITS or self.must_be_measured_inside or not self._told_of_disk:
            return Measure(0, at, "unknown")
        return Measure(self.own_mb + self._snapshots_mb + int(self.config.get(IMAGE_MB) or 0), at, "live")

    @property
    def own_mb(self) -> int:
        """What the API says of its disk."""
        return ceil(int(self._told_of_disk.get("usage") or 0) / MEGABYTE)

    @property
    def _snapshots_mb(self) -> int:
        sizes = (int(snapshot.get("size") or 0) for snapshot in self.found.get("snapshots") or ())
        return ceil(sum(max(size, 0) for size in sizes) / MEGABYTE)

    @property
    def _state(self) -> Mapping[str, Any]:
        return self.found.get("state") or {}

    @property
    def _told_of_disk(self) -> Mapping[str, Any]:
        return (self._state.get("disk") or {}).get("root") or {}


def root_of(devices: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    """The device that is the root; empty when there is none."""
    return next(
        (device for device in devices.values() if device.get("type") == "disk" and device.get("path") == "/"),
        {},
    )


def name_of_root(devices: Mapping[str, Mapping[str, str]]) -> str:
    return next((name for name, device in devices.items() if device is root_of(devices)), "root")


def cpus_of(text: str) -> int | None:
    """'2' -> 2, '0-3,6' (these processors) -> 5, '' (all there are) -> None."""
    if not text:
        return None
    if text.isdecimal():
        return int(text)
    ranges = [part.partition("-") for part in text.split(",")]
    return sum(int(last or first) - int(first) + 1 for first, _, last in ranges)


def megabytes_of(text: str) -> int | None:
    """'512MiB' -> 512, '1GB' -> 953, '' -> None. A share of the machine ('50%') is no number of MB: None too."""
    size = re.fullmatch(r"(\d+)\s*([A-Za-z]*)", text.strip())
    if size is None or size[2].upper() not in UNITS:
        if text.strip() in ("", "-") or text.strip().endswith("%"):
            return None
        raise ValueError(f"not a size: {text!r}")
    return int(size[1]) * UNITS[size[2].upper()] // MEGABYTE


def guest_from(said: str) -> Guest:
    """The answer to MEASURE. Whatever is missing in it is not known."""
    words = [line.split() for line in said.splitlines()]
    told = {line[0]: line[1] for line in words if len(line) >= 2 and line[1].isdecimal()}
    caches = ("total_inactive_file", "total_active_file")
    if not any(name in told for name in caches):
        caches = ("inactive_file", "active_file")
    return Guest(
        cpus=int(told["cpus"]) if "cpus" in told else None,
        disk=ceil(int(told["disk"]) / 1024) if "disk" in told else None,
        cache=sum(int(told.get(name, 0)) for name in caches),
    )


def margin(used: int, percent: int, at_least: int) -> int:
    """What must stay free above the usage of a disk: a part of it, and never less than so much."""
    return max(ceil(used * percent / 100), at_least)
