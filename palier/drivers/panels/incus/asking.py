"""What LXD and Incus are asked for, and what is never asked of them."""

import re
from collections.abc import Mapping
from typing import Any

from palier.drivers.errors import Refused
from palier.drivers.panel import Account, State, Target, in_the_way
from palier.drivers.panels.incus.reading import NOTHING_KNOWN, Instance

RESOURCES = frozenset({"cpus", "memory", "disk"})
NAME = re.compile(r"[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


def name_of(account: Account) -> str:
    """The instance's name. Not every user name can be one, and a name is a part of an address."""
    if not NAME.fullmatch(account.username):
        raise Refused(
            f"{account.username!r} cannot be the name of an instance: letters, digits and hyphens only"
        )
    return account.username


def is_less(wanted: int | None, held: int | None) -> bool:
    """Of limits: None is more than any number."""
    return wanted is not None and (held is None or wanted < held)


def refuse_harm(state: State, target: Target) -> None:
    """Nothing that is smaller than what is used reaches the machine. Whatever grows is harmless."""
    for misfit in in_the_way(state, target):
        if not is_less(misfit.limit, state.limits.get(misfit.resource)):
            continue
        if misfit.why == "unknown":
            raise Refused(
                f"how much {misfit.resource} is used cannot be measured: a smaller limit might wedge it"
            )
        if misfit.why == "cannot_shrink":
            raise Refused(f"this {misfit.resource} cannot get smaller")
        needed = misfit.limit + (misfit.excess or 0)
        raise Refused(f"{needed} MB of {misfit.resource} are needed, more than {misfit.limit} MB")


def config_of(target: Target) -> dict[str, str]:
    """An empty setting is none: no limit."""
    cpus, memory = target.limits.get("cpus"), target.limits.get("memory")
    return {
        "limits.cpu": "" if cpus is None else str(cpus),
        "limits.memory": "" if memory is None else f"{memory}MiB",
    }


def sized(root: Mapping[str, str], target: Target) -> dict[str, str]:
    without = {name: value for name, value in root.items() if name != "size"}
    return {**without, "size": f"{target.limits['disk']}MiB"} if "disk" in target.limits else without


def patch_of(instance: Instance, target: Target) -> dict[str, Any]:
    """The disk only where it changes: setting a size is never without a risk."""
    changed: dict[str, Any] = {"config": config_of(target)}
    if instance.limits(NOTHING_KNOWN).get("disk") != target.limits.get("disk"):
        changed["devices"] = {instance.name_of_root: sized(instance.root, target)}
    return changed
