"""A stand-in for Proxmox VE: the calls that the driver makes, in the shapes of its API.

Evidence: [S] read in the public source of qemu-server, pve-container, pve-guest-common and pve-manager, [I] issues,
[K] general knowledge. Nothing was run against a server of theirs.

Answers are `{"data": …}`; a no is the status line's reason, with 500 for a sentence of theirs and 400 for a parameter,
which is then in `errors` [S]. Work is a task: its answer is a UPID, its outcome the task's exit status [S].
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tests.stand_ins.listening import SIGN_IN_PAGE, Heard, Said, StandIn

USER, TOKEN_NAME, TOKEN = "palier@pve", "billing", "0f1e2d3c-a-token-nobody-may-see"
MB = 1024 * 1024
Settings = dict[str, str]

#: [S] What a running container takes at once; `cores` among them ($LXC_FASTPLUG_OPTIONS).
LIVE_IN_CONTAINER = {
    "memory",
    "swap",
    "cpulimit",
    "cpuunits",
    "cores",
    "onboot",
    "tags",
    "description",
    "hostname",
}
#: A machine takes these at once, and the rest when its `hotplug` names them [K].
LIVE_IN_MACHINE = {"onboot", "tags", "description", "cipassword", "balloon"}


class No(Exception):
    """A sentence of theirs, before any work."""

    def __init__(self, reason: str, status: int = 500, errors: dict[str, str] | None = None) -> None:
        super().__init__(reason)
        self.reason, self.status, self.errors = reason, status, errors


class NotJson(Exception):
    """A page, and no answer of theirs."""


@dataclass
class Thing:
    """A guest. `pending` are settings that it gets when it starts anew."""

    kind: str
    vmid: int
    config: Settings
    node: str = "pve1"
    is_running: bool = True
    pending: Settings = field(default_factory=dict)
    memory_used: int = 10  # MB
    disk_used: int | None = 5  # MB, of a container
    edits: int = 0
    is_listed: bool = True  # its name is in the list of the cluster
    password: str = ""
    is_away: bool = False  # its node does not answer the others

    @property
    def name(self) -> str:
        return self.config.get("name") or self.config.get("hostname") or ""

    @property
    def word(self) -> str:
        return "VM" if self.kind == "qemu" else "CT"

    @property
    def disk(self) -> str:
        return "rootfs" if self.kind == "lxc" else "scsi0"

    @property
    def size(self) -> int:
        """MB."""
        return int(self.config[self.disk].split("size=")[1].removesuffix("M"))


@dataclass
class Task:
    exit_status: str
    looks: int = 0


class ProxmoxServer(StandIn):
    def __init__(self) -> None:
        super().__init__()
        self.things: dict[int, Thing] = {}
        self.tasks: dict[str, Task] = {}
        self.task_looks = 1  # how often a task is found running before it has stopped
        self.next_exit_status = "OK"  # of the next task that goes well
        self.nothing_is_live = False
        self.no_to_acts: No | None = None
        self.acts_say_nothing = False  # a proxy's page, with 200

    # What the contract's other end does

    def use(self, resource: str, amount: int | None) -> None:
        if resource == "memory":
            self.alice.memory_used = amount or 0
        else:
            self.alice.disk_used = amount

    @property
    def alice(self) -> Thing:
        return next(thing for thing in self.things.values() if thing.name == "alice")

    def is_act(self, heard: Heard) -> bool:
        """What falls into silence. The settings of a container, which go before its disk, are answered."""
        return heard.method != "GET" and not (heard.method == "PUT" and heard.path.endswith("/config"))

    def acts(self, ending: str = "") -> list[Heard]:
        return [one for one in self.heard if one.method != "GET" and one.path.endswith(ending)]

    # The API

    def answer(self, heard: Heard) -> Said:
        try:
            if heard.headers["Authorization"] != f"PVEAPIToken={USER}!{TOKEN_NAME}={TOKEN}":
                raise No("authentication failure", 401)  # [K]
            parts = unquote(heard.path).removeprefix("/api2/json/").split("/")
            return json_said({"data": self._routed(heard, parts)})
        except NotJson:
            return Said(SIGN_IN_PAGE, content_type="text/html")
        except No as no:
            return json_said({"data": None, **({"errors": no.errors} if no.errors else {})}, no)

    def _routed(self, heard: Heard, parts: list[str]) -> Any:
        match parts:
            case ["version"]:
                return {"version": "8.2.4", "release": "8.2", "repoid": "faa83925c9641325"}  # [S]
            case ["cluster", "resources"]:
                return [self._row(thing) for thing in self.things.values()]
            case ["nodes", _, "tasks", task, "status"]:
                return self._task_status(task)
            case ["nodes", _, "lxc"]:
                return self._bad_day(heard) or self._make_container(heard.form)
            case ["nodes", node, kind, vmid, *rest]:
                thing = self.things.get(int(vmid))
                if thing is None or (thing.kind, thing.node) != (kind, node):
                    # [S] as load_config says it
                    raise No(f"Configuration file 'nodes/{node}/{kind}-server/{vmid}.conf' does not exist")
                if thing.is_away:
                    raise No("No route to host", 595)  # [S]
                if heard.method == "GET":
                    return self._look(thing, rest)
                return self._bad_day(heard) or self._act(thing, rest, heard)
        raise No("Method 'GET /' not implemented", 501)

    def _bad_day(self, heard: Heard) -> str:
        if self.no_to_acts is not None:
            raise self.no_to_acts
        if self.acts_say_nothing:
            raise NotJson
        if self.how == "busy":
            raise No("VM is locked (backup)")  # [S]
        if self.how == "refuse" and "/lxc" in heard.path:
            raise No("told to refuse")
        if self.how == "refuse" and heard.path.endswith("set-user-password"):
            raise No("told to refuse")
        if self.how in ("refuse", "lie"):
            self._count(heard, done=False)
            return self._task("any", "told to refuse" if self.how == "refuse" else "OK")
        return ""

    def _count(self, heard: Heard, *, done: bool) -> None:
        if heard.path.endswith("/config") and ("memory" in heard.form or "cores" in heard.form):
            self.counts["received"] += 1
            self.counts["done"] += done

    def _row(self, thing: Thing) -> dict[str, Any]:
        """[S] Name and numbers come from the statistics of pvestatd, some seconds after the guest is there."""
        row: dict[str, Any] = {"id": f"{thing.kind}/{thing.vmid}", "vmid": thing.vmid, "node": thing.node}
        row |= {"type": thing.kind, "status": "unknown"}
        if thing.is_listed and not thing.is_away:
            row |= {"name": thing.name, "template": int(thing.config.get("template", 0))}
            row["status"] = "running" if thing.is_running else "stopped"
        return row

    def _look(self, thing: Thing, rest: list[str]) -> Any:
        digest = {"digest": f"{thing.vmid:032x}{thing.edits:08x}"}
        if rest == ["config"]:
            return {**thing.config, **thing.pending, **digest}  # [S] looks applied
        if rest == ["pending"]:
            # [S] config_with_pending_array; the digest is a row of it
            keys = {**digest, **thing.config, **thing.pending}
            known = {**thing.config, **digest}
            return [
                {"key": key}
                | ({"value": known[key]} if key in known else {})
                | ({"pending": thing.pending[key]} if key in thing.pending else {})
                for key in keys
            ]
        assert rest == ["status", "current"]
        used = thing.disk_used if thing.kind == "lxc" and thing.is_running else 0  # [S] 0 for a machine
        return {
            "status": "running" if thing.is_running else "stopped",
            "mem": thing.memory_used * MB if thing.is_running else 0,
            "disk": (used or 0) * MB,
        }

    def _act(self, thing: Thing, rest: list[str], heard: Heard) -> str | None:
        if "lock" in thing.config:
            raise No(f"{thing.word} is locked ({thing.config['lock']})")  # [S]
        match rest:
            case ["config"]:
                return self._configure(thing, heard)
            case ["resize"]:
                return self._resize(thing, heard.form)
            case ["clone"]:
                return self._clone(thing, heard.form)
            case ["agent", "set-user-password"]:
                if heard.form["password"].startswith("sapin"):  # the guest's own rules
                    raise No(f"Agent error: {heard.form['password']}: BAD PASSWORD")  # [K]
                thing.password = heard.form["password"]
                return None
            case ["status", "start" | "stop" | "reboot" as verb]:
                return self._power(thing, verb)
            case []:
                if thing.is_running:
                    raise No(f"{thing.word} {thing.vmid} is running - destroy failed")  # [S]
                return self._task("destroy", does=lambda: self.things.pop(thing.vmid))
        raise AssertionError(rest)

    def _configure(self, thing: Thing, heard: Heard) -> str | None:
        form = heard.form
        if form.pop("digest") != f"{thing.vmid:032x}{thing.edits:08x}":
            if thing.kind == "qemu":
                raise No("checksum mismatch (file change by other user?)")  # [S]
            raise No("detected modified configuration - file changed by other user? Try again.")  # [S]
        if self.how == "half":
            form.pop("cores", None)

        def set_them() -> None:
            self._count(heard, done=True)
            for name in filter(None, form.pop("delete", "").split(",")):
                thing.config.pop(name, None)
            for name, value in form.items():
                live = (
                    LIVE_IN_CONTAINER
                    if thing.kind == "lxc"
                    else LIVE_IN_MACHINE | {"cores", "sockets", "memory"}
                )
                waits = thing.is_running and (name not in live or (self.nothing_is_live and name != "tags"))
                (thing.pending if waits else thing.config)[name] = value
            thing.edits += 1

        if thing.kind == "lxc":
            set_them()
            return None  # [S] at once
        assert heard.method == "POST", "[S] PUT waits for the hot-plugging"
        return self._task("qmconfig", does=set_them)

    def _resize(self, thing: Thing, form: Settings) -> str:
        assert form["size"].endswith("M") and form["size"][0] != "+" and form["disk"] == thing.disk
        size = int(form["size"][:-1])

        def grow() -> None:
            head = thing.config[thing.disk].split("size=")[0]
            thing.config[thing.disk] = f"{head}size={size}M"
            thing.edits += 1

        if thing.kind == "lxc":
            # [S] checked before the task
            if size < thing.size:
                raise No("unable to shrink disk size")
            if size == thing.size:
                raise No("disk is already at specified size")
        elif size < thing.size:
            return self._task("resize", "shrinking disks is not supported")  # [S] inside it
        return self._task("resize", does=grow)

    def _power(self, thing: Thing, verb: str) -> str:
        if verb == "stop" and not thing.is_running and thing.kind == "lxc":
            raise No(f"CT {thing.vmid} not running")  # [S]
        if verb == "start" and thing.is_running:
            if thing.kind == "lxc":
                raise No(f"CT {thing.vmid} already running")  # [S]
            return self._task("qmstart", f"VM {thing.vmid} already running")  # [S] inside the task

        def turn() -> None:
            thing.is_running = verb != "stop"
            if verb != "stop":
                thing.config |= thing.pending
                thing.pending = {}

        return self._task(verb, does=turn)

    def _clone(self, template: Thing, form: Settings) -> str:
        vmid = int(form["newid"])
        if vmid in self.things:
            raise No(f"unable to create VM {vmid}: config file already exists")  # [S]
        # [S] an empty, locked file first; its settings follow in the task
        made = self.things[vmid] = Thing("qemu", vmid, {"lock": "clone"}, is_running=False, is_listed=False)

        def fill() -> None:
            config = {name: value for name, value in template.config.items() if name != "template"}
            made.config = {**config, "name": form["name"], "description": form["description"]}

        return self._task("qmclone", does=fill)

    def _make_container(self, form: Settings) -> str:
        vmid = int(form["vmid"])
        if vmid in self.things:
            raise No(f"unable to create CT {vmid} - CT {vmid} already exists on node 'pve1'")  # [S]
        size = round(float(form["rootfs"].split(":")[1]) * 1024)
        config = {name: form[name] for name in ("hostname", "description", "cores", "memory", "onboot")}
        config["rootfs"] = f"{form['storage']}:vm-{vmid}-disk-0,size={size}M"
        made = Thing("lxc", vmid, config, is_running=False, is_listed=False, password=form["password"])
        return self._task("vzcreate", does=lambda: self.things.update({vmid: made}))

    # Tasks

    def _task(self, what: str, exit_status: str = "", does: Callable[[], object] = lambda: None) -> str:
        if not exit_status:
            exit_status, self.next_exit_status = self.next_exit_status, "OK"
        if exit_status == "OK" or exit_status.startswith("WARNINGS"):
            does()
        task = f"UPID:pve1:{len(self.tasks):08X}:035046A6:6AA1786A:{what}:100:{USER}!{TOKEN_NAME}:"  # [S]
        self.tasks[task] = Task(exit_status)
        return task

    def _task_status(self, name: str) -> dict[str, Any]:
        task = self.tasks[name]
        task.looks += 1
        if task.looks <= self.task_looks:
            return {"upid": name, "status": "running"}
        return {"upid": name, "status": "stopped", "exitstatus": task.exit_status}


def json_said(found: dict[str, Any], no: No | None = None) -> Said:
    body = json.dumps(found).encode()
    if no is None:
        return Said(body, content_type="application/json;charset=UTF-8")
    return Said(body, status=no.status, reason=no.reason, content_type="application/json;charset=UTF-8")
