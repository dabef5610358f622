"""LXD and Incus, containers and virtual machines, through pylxd (docs/reference/panel-promise).

Tried on LXD 5.0.2, on a pool of btrfs; what was seen there:

- **A disk made smaller than what is in it is refused, and wedged**: the setting stays, the kernel's limit does not.
  From then on nothing can be written, and it neither stops, starts nor grows through the API. So nothing is tried:
  whoever asks for less disk is measured first, in the guest, because the API leaves out what an image, a snapshot or
  a copy shares; and what cannot be measured is refused.
- Memory set below what is used fails inside on one kind of kernel, and kills processes on the other: compared first,
  without the cache, which counts as used and is given back.
- A change of processors can be dropped when another has just been made: the setting is new, the guest keeps what it
  had, and setting the same again does nothing. So the guest is asked, and its own number is what it has.
- Stopping what is stopped, starting what runs and making what is there are failures, inside a request that was
  accepted: they are success here.
- An operation is forgotten some seconds after its end.

There are no plans: the limits are the whole truth. Suspending **stops** the instance rather than freezing it: a frozen
one keeps its memory for as long as nobody pays, and is at work again after the machine has started anew.
"""

import secrets
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import ClassVar

from palier.core.fit import Measure, Misfit
from palier.drivers.errors import NotThere, Refused, Unknown
from palier.drivers.http import understood
from palier.drivers.panel import (
    Account,
    Capability,
    Done,
    Outcome,
    Panel,
    Pending,
    State,
    Target,
    differences,
    in_the_way,
)
from palier.drivers.panels.incus.asking import (
    RESOURCES,
    config_of,
    is_less,
    name_of,
    patch_of,
    refuse_harm,
    sized,
)
from palier.drivers.panels.incus.line import (
    NO_SUCH_COMMAND,
    Line,
    Missing,
    Operation,
    has_failed,
    outcome_of,
)
from palier.drivers.panels.incus.reading import (
    AUTOSTART_BEFORE,
    IMAGE_MB,
    MEASURE,
    NOTHING_KNOWN,
    OF_ACCOUNT,
    POOLS_WITHOUT_LIMITS,
    SUSPENDED,
    Guest,
    Instance,
    guest_from,
    margin,
    name_of_root,
    root_of,
)

MAKE_SECONDS, STEP_SECONDS, PASSWORD_SECONDS, POLL_SECONDS = 120.0, 60.0, 30.0, 1.0
#: How long the guest may take to see the processors that it was given, and how often it is asked.
SEES_WITHIN, LOOK_EVERY = 2.0, 0.1

SETTING_IT = """
command -v chpasswd >/dev/null || { rm -f "$1"; exit 127; }
chpasswd < "$1"
status=$?
rm -f "$1"
exit $status
"""


class Incus(Panel):
    title: ClassVar[str] = "LXD / Incus"
    capabilities: ClassVar[frozenset[Capability]] = frozenset(Capability) - {
        Capability.PLANS,
        Capability.SIGN_IN,
    }
    needs: ClassVar[tuple[str, ...]] = ("url", "client_certificate", "client_key")
    no_secrets: ClassVar[frozenset[str]] = frozenset(
        {
            "client_certificate",
            "image",
            "pool",
            "profile",
            "project",
            "user",
            "disk_margin_percent",
            "disk_margin_mb",
        }
        | {"read_seconds", "wait_seconds", "stop_seconds", "measure_seconds"}
    )

    def __init__(self, url: str, settings: Mapping[str, str]) -> None:
        """Certificate and key in PEM.

        New instances are made of `image`, an alias, with `profile`, on its pool or on `pool`.

        `disk_margin_percent` of what is used, at least `disk_margin_mb`, must stay free on a disk. `wait_seconds` is
        how long an act is waited for before it is left to `poll`, `stop_seconds` how long a guest has to end by
        itself, `measure_seconds` how long its disk may be counted. `user` is whose password the client is given.
        """
        self._line = Line(
            url,
            client=(settings["client_certificate"], settings["client_key"]),
            certificate=settings.get("certificate", ""),
            project=settings.get("project", ""),
            read_seconds=float(settings.get("read_seconds", 30)),
        )
        self._image = settings.get("image", "")
        self._profile = settings.get("profile", "default")
        self._pool = settings.get("pool", "")
        self._user = settings.get("user", "root")
        self._margin = int(settings.get("disk_margin_percent", 10)), int(settings.get("disk_margin_mb", 256))
        self._wait = float(settings.get("wait_seconds", 20))
        self._stop = float(settings.get("stop_seconds", 15))
        self._measure = float(settings.get("measure_seconds", 45))

    # Looking

    def version(self) -> str:
        found = self._line.read()
        with understood("the version"):
            about = found["environment"]
            return f"{about['server']} {about['server_version']}"

    def inspect(self, account: Account) -> State:
        instance = self._found(account)
        return self._state(instance, self._guest(instance, with_disk=instance.must_be_measured_inside))

    def preflight(self, account: Account, target: Target) -> tuple[Misfit, ...]:
        instance = self._found(account)
        return in_the_way(self._state_before(instance, target), target)

    def poll(self, handle: str) -> Outcome:
        return outcome_of(self._line.waited(Operation(handle), POLL_SECONDS))

    # Changing

    def change(self, account: Account, target: Target, key: str) -> Outcome:
        instance = self._found(account)
        state = self._state_before(instance, target)
        if not differences(state, target):
            return Done()
        self._require_possible(target, instance.pool_driver, state.limits)
        refuse_harm(state, target)
        begun = self._line.act(
            "patch", "instances", instance.name, if_match=instance.tag, json=patch_of(instance, target)
        )
        outcome = self._settled(begun)
        if isinstance(outcome, Done) and "cpus" in target.limits:
            return self._shown_to_guest(instance, target.limits["cpus"])
        return outcome

    def create(self, account: Account, target: Target, password: str, email: str, key: str) -> Outcome:
        """Made, started, and its password set, one after another: asked again, it goes on where it stopped."""
        instance = self._find(account)
        if instance is None:
            self._make(account, target)
            instance = self._found(account)
        wrong = differences(self._state(instance, NOTHING_KNOWN), target)
        if wrong or instance.config.get(OF_ACCOUNT, "") != account.domain:
            raise Refused(f"there is another instance called {instance.name}")
        if not instance.is_running:
            self._finish(self._put_state(instance, "start"))
            instance = self._found(account)
        if IMAGE_MB not in instance.config and not instance.is_virtual_machine:
            self._note_size_of_image(instance)
        try:
            return self.set_password(account, password)
        except Refused as refusal:
            return Done(problems=(refusal.reason,))

    def suspend(self, account: Account, reason: str) -> Outcome:
        instance = self._found(account)
        if instance.is_suspended and instance.is_stopped:
            return Done()
        marks = {SUSPENDED: "true", "boot.autostart": "false"}
        if SUSPENDED not in instance.config:
            marks[AUTOSTART_BEFORE] = instance.own_config.get("boot.autostart", "")
        self._line.act("patch", "instances", instance.name, json={"config": marks})
        if instance.is_running:
            polite = self._put_state(instance, "stop", seconds=self._stop)
            if not has_failed(self._line.waited(polite, self._stop + 5)):
                return Done()
        return self._settled(self._put_state(instance, "stop", force=True))

    def resume(self, account: Account) -> Outcome:
        instance = self._found(account)
        if SUSPENDED in instance.config:
            before = instance.config.get(AUTOSTART_BEFORE, "")
            marks = {SUSPENDED: "", AUTOSTART_BEFORE: "", "boot.autostart": before}
            self._line.act("patch", "instances", instance.name, json={"config": marks})
        if instance.is_running:
            return Done()
        return self._settled(self._put_state(instance, "start" if instance.is_stopped else "unfreeze"))

    def terminate(self, account: Account) -> Outcome:
        instance = self._find(account)
        if instance is None:
            return Done()
        try:
            if not instance.is_stopped:
                self._finish(self._put_state(instance, "stop", force=True))
            return self._settled(self._line.act("delete", "instances", instance.name))
        except Missing:
            return Done()

    def set_password(self, account: Account, password: str) -> Outcome:
        """Through a file of a moment, that only the guest's root can read: others read commands and variables."""
        instance = self._found(account)
        if not instance.is_running:
            raise Refused("the instance does not run, and its password is set inside it")
        if "\n" in password:
            raise Refused("a password of several lines cannot be set")
        file = f"/run/palier-{secrets.token_hex(8)}"
        self._line.put_file(instance.name, file, f"{self._user}:{password}\n")
        ran = self._line.run(
            instance.name, ["sh", "-c", SETTING_IT, "sh", file], PASSWORD_SECONDS, is_act=True
        )
        if ran.code is None:
            raise Unknown("the guest has not said whether the password is set")
        if ran.code == NO_SUCH_COMMAND:
            raise Refused("a password cannot be set: there is no chpasswd in the image")
        if ran.code:
            raise Refused("the guest refuses the password")
        return Done()

    # What is there

    def _find(self, account: Account) -> Instance | None:
        """The instance with its state and its snapshots, in one request; None when there is none."""
        try:
            found, tag = self._line.with_tag("instances", name_of(account), params={"recursion": "1"})
        except Missing:
            return None
        with understood("the instance"):
            instance = Instance(found, tag)
            return replace(instance, pool_driver=self._driver_of(instance.root.get("pool", "")))

    def _found(self, account: Account) -> Instance:
        instance = self._find(account)
        if instance is None:
            raise NotThere(f"there is no instance called {account.username}")
        return instance

    def _driver_of(self, pool: str) -> str:
        return str(self._line.read("storage-pools", pool)["driver"]) if pool else ""

    def _guest(self, instance: Instance, with_disk: bool) -> Guest:
        """What the guest says of itself. A virtual machine is no part of this kernel, and is not asked."""
        if not instance.is_running or instance.is_virtual_machine:
            return NOTHING_KNOWN
        command = ["sh", "-c", MEASURE, "sh", *(["disk"] if with_disk else [])]
        ran = self._line.run(instance.name, command, self._measure, is_act=False)
        return guest_from(ran.said) if ran.code == 0 else NOTHING_KNOWN

    def _state_before(self, instance: Instance, target: Target) -> State:
        """The state to hold a target against: a disk that is to get smaller is counted now, or else not known."""
        with understood("the instance"):
            shrinks = is_less(target.limits.get("disk"), instance.limits(NOTHING_KNOWN).get("disk"))
        counts = shrinks and instance.pool_driver == "btrfs"
        guest = self._guest(instance, with_disk=counts or instance.must_be_measured_inside)
        state = self._state(instance, guest)
        if counts and guest.disk is None:
            not_known = Measure(0, state.usage["disk"].measured_at, "unknown")
            return replace(state, usage={**state.usage, "disk": not_known}, room={})
        return state

    def _state(self, instance: Instance, guest: Guest) -> State:
        with understood("the instance"):
            usage = instance.usage(guest, datetime.now(UTC))
            disk = usage["disk"]
            return State(
                plan=None,
                limits=instance.limits(guest),
                usage=usage,
                suspended=instance.is_suspended,
                grows_only=instance.grows_only,
                room={} if disk.exactness == "unknown" else {"disk": margin(disk.amount, *self._margin)},
            )

    # What is done

    def _require_possible(self, target: Target, pool_driver: str, held: Mapping[str, int]) -> None:
        if strange := target.limits.keys() - RESOURCES:
            raise Refused(f"an instance has no limit of {', '.join(sorted(strange))}")
        if "disk" in target.limits and pool_driver in POOLS_WITHOUT_LIMITS:
            raise Refused(f"the pool takes sizes and ignores them ({pool_driver}): no disk can be sold on it")
        wanted = target.limits.get("cpus", 0)
        if wanted > held.get("cpus", 0):
            found = self._line.read("resources")
            with understood("the resources"):
                there = int(found["cpu"]["total"])
            if wanted > there:
                raise Refused(f"the machine has {there} processors, fewer than {wanted}")

    def _make(self, account: Account, target: Target) -> None:
        if not self._image:
            raise Refused("no image is configured for new instances")
        devices = self._line.read("profiles", self._profile)["devices"] or {}
        pool = self._pool or root_of(devices).get("pool", "")
        if not pool:
            raise Refused(f"the profile {self._profile} has no root disk, and no pool is configured")
        self._require_possible(target, self._driver_of(pool), {})
        root = sized({"type": "disk", "path": "/", "pool": pool}, target)
        asked = {
            "name": name_of(account),
            "type": "container",
            "profiles": [self._profile],
            "config": {**config_of(target), OF_ACCOUNT: account.domain},
            "devices": {name_of_root(devices): root},
            "source": {"type": "image", "alias": self._image},
        }
        made = self._line.waited(self._line.act("post", "instances", json=asked), MAKE_SECONDS)
        if isinstance(outcome_of(made), Pending):
            raise Unknown(f"the instance is not made after {MAKE_SECONDS:.0f} s")

    def _note_size_of_image(self, instance: Instance) -> None:
        """Once, when nothing but the image is in it: the API never tells it, and the disk's limit counts it."""
        guest = self._guest(instance, with_disk=True)
        if guest.disk is not None:
            size = max(guest.disk - instance.own_mb, 0)
            self._line.act("patch", "instances", instance.name, json={"config": {IMAGE_MB: str(size)}})

    def _put_state(
        self, instance: Instance, action: str, *, seconds: float = 30, force: bool = False
    ) -> Operation:
        asked = {"action": action, "timeout": int(seconds), "force": force}
        return self._line.act("put", "instances", instance.name, "state", json=asked)

    def _settled(self, operation: Operation) -> Outcome:
        return outcome_of(self._line.waited(operation, self._wait))

    def _finish(self, operation: Operation) -> None:
        """For a step that the next one needs."""
        if isinstance(outcome_of(self._line.waited(operation, STEP_SECONDS)), Pending):
            raise Unknown(f"not over after {STEP_SECONDS:.0f} s")

    def _shown_to_guest(self, instance: Instance, wanted: int) -> Done:
        """Wait until the guest sees its processors. Where the change was dropped, it is made once more, from what the
        guest sees: the same setting again would change nothing."""
        give_up_at, nudge_at = time.monotonic() + SEES_WITHIN, time.monotonic() + SEES_WITHIN / 2
        while True:
            seen = self._guest(instance, with_disk=False).cpus
            if seen is None or seen == wanted:
                return Done()
            if time.monotonic() > give_up_at:
                return Done(problems=(f"the guest sees {seen} processors and not {wanted}",))
            if time.monotonic() > nudge_at:
                nudge_at = give_up_at
                for cpus in (seen, wanted):
                    self._line.act(
                        "patch", "instances", instance.name, json={"config": {"limits.cpu": str(cpus)}}
                    )
            time.sleep(LOOK_EVERY)
