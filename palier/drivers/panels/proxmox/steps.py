"""What is done to a guest of Proxmox VE, step by step.

Most steps are tasks of theirs: the answer is a number, and the exit status the outcome. The handle of a task carries
the steps that are left, so that whoever asks how far it is goes on with them. Each looks first, so that a step which
was done already, by a worker that has died, is not done again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from palier.drivers.errors import Busy, NotThere, Refused
from palier.drivers.http import understood
from palier.drivers.panel import Done, Outcome, Pending
from palier.drivers.panels.proxmox.guests import Guests
from palier.drivers.panels.proxmox.line import Line, meant_by
from palier.drivers.panels.proxmox.reading import SUSPENDED, Guest, Setup

RESOURCES = ("cpus", "memory", "disk")
#: What is left to do on a guest that is made. Any of the steps can be taken again.
MAKING = ("config", "resize", "onboot", "start")
STEPS = frozenset({*MAKING, "restart", "mark", "unmark", "stop", "remove"})
NO_PASSWORD = "the guest was made with its template's password: set another"  # noqa: S105


@dataclass(frozen=True)
class Work:
    """What is left to do on a guest. The first step is the one whose task goes on, if one does."""

    guest: Guest
    steps: tuple[str, ...]
    limits: Mapping[str, int]
    problems: tuple[str, ...] = ()

    def handle(self, task: str) -> str:
        """No more than a task's own words and a few numbers: it is kept for as long as the work goes on."""
        limits = ",".join(str(self.limits.get(resource, "")) for resource in RESOURCES)
        return (
            f"{task} {self.guest.kind}/{self.guest.vmid} {','.join(self.steps)} {limits} {len(self.problems)}"
        )


class Steps:
    def __init__(self, line: Line, guests: Guests, may_restart: bool) -> None:
        self._line = line
        self._guests = guests
        self._may_restart = may_restart

    def poll(self, handle: str) -> Outcome:
        task, work = read_handle(handle)
        found = self._line.read("nodes", task.split(":")[1], "tasks", task, "status")
        with understood("the task"):
            if found["status"] != "stopped":
                return Pending(handle)
            said = str(found["exitstatus"])
        if said == "OK":
            return self.go_on(replace(work, steps=work.steps[1:]))
        if said.startswith("WARNINGS"):
            told = (*work.problems, f"{work.steps[0]}: {said}")
            return self.go_on(replace(work, steps=work.steps[1:], problems=told))
        failure = meant_by(self._line.clean(said), is_act=True)
        if isinstance(failure, Busy) and work.steps[0] in STEPS:
            return self.go_on(work)  # nothing was done: the same step again
        raise Refused(failure.reason)

    def go_on(self, work: Work) -> Outcome:
        """Step after step, until a task goes on without us: its handle carries what is left."""
        while work.steps:
            step = work.steps[0]
            if step == "no_password":
                work = replace(work, problems=(*work.problems, NO_PASSWORD))
            elif task := self._take(step, self._guests.where(work.guest), work.limits):
                return Pending(work.handle(task))
            work = replace(work, steps=work.steps[1:])
        return Done(problems=work.problems)

    def _take(self, step: str, guest: Guest | None, limits: Mapping[str, int]) -> str:
        """Its task; nothing when it is over, or was done already."""
        if guest is None:
            if step in ("stop", "remove"):
                return ""
            raise NotThere("the guest is gone")
        setup = self._guests.setup(guest)
        with understood("the guest"):
            if step == "config":
                wanted = setup.settings_for(limits)
                return self.set(setup, wanted) if wanted else ""
            if step == "resize":
                return self._resize(setup, limits.get("disk"))
            if step in ("mark", "unmark", "onboot"):
                wanted = marks(setup, step)
                return self.set(setup, wanted) if wanted else ""
            if step == "remove":
                return self._line.act("delete", *guest.path, given={"purge": 1})
            if step == "restart":
                return self._start_anew(setup)
            is_so = setup.is_running == (step == "start")
            return "" if is_so else self._line.act("post", *guest.path, "status", step)

    def set(self, setup: Setup, settings: Mapping[str, Any], secret: str = "") -> str:
        """Refused there when somebody else has changed the guest since we looked."""
        path, method = (*setup.guest.path, "config"), setup.guest.config_method
        given = {**settings, "digest": setup.in_force["digest"]}
        return self._line.act(method, *path, given=given, secrets=(secret,))

    def _resize(self, setup: Setup, wanted: int | None) -> str:
        held = setup.limits.get("disk")
        if wanted is None or wanted == held:
            return ""
        if held is not None and wanted < held:
            raise Refused(f"a disk cannot get smaller than the {held} MB that it has")
        given = {"disk": setup.disk, "size": f"{wanted}M"}
        return self._line.act("put", *setup.guest.path, "resize", given=given)

    def _start_anew(self, setup: Setup) -> str:
        if not (self._may_restart and setup.is_running and setup.waits_for_start):
            return ""
        return self._line.act("post", *setup.guest.path, "status", "reboot")


def read_handle(handle: str) -> tuple[str, Work]:
    try:
        task, place, steps, amounts, told = handle.split(" ")
        kind, vmid = place.split("/")
        limits = {name: int(text) for name, text in zip(RESOURCES, amounts.split(","), strict=True) if text}
        problems = ("a task ended with warnings",) * int(told)
        guest = Guest(kind, int(vmid), task.split(":")[1])
    except (ValueError, IndexError):
        pass
    else:
        return task, Work(guest, tuple(steps.split(",")), limits, problems)
    raise Refused("this is no handle of Proxmox VE")


def marks(setup: Setup, step: str) -> dict[str, Any]:
    """The settings by which a guest is suspended, or works again; nothing when they are so."""
    if step == "onboot":
        return {} if setup.in_force.get("onboot") == "1" else {"onboot": 1}
    if setup.is_marked == (step == "mark"):
        return {}
    others = [tag for tag in setup.tags if tag != SUSPENDED]
    if step == "mark":
        return {"onboot": 0, "tags": ";".join([*others, SUSPENDED])}
    return {"onboot": 1, **({"tags": ";".join(others)} if others else {"delete": "tags"})}
