"""A stand-in for LXD and Incus, over HTTP: the shapes of their API, and the days on which they mislead.

Evidence, beside each: [R] seen on LXD 5.0.2, [S] read in its public source, [D] documented, [K] general knowledge.
"""

import hashlib
import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

MIB = 1024 * 1024
Found = dict[str, Any]


class Said(Exception):
    """An error in LXD's words: its status is that of HTTP too [R]."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status, self.words = status, words


@dataclass
class Thing:
    """An instance. `disk` and `memory` are what it really uses, in MB; of memory, `cache` is given back."""

    name: str
    config: dict[str, str] = field(default_factory=dict)
    devices: dict[str, dict[str, str]] = field(default_factory=dict)
    type: str = "container"
    status: str = "Stopped"
    disk: int | None = 3
    memory: int = 10
    cache: int = 0
    guest_cpus: int | None = None
    snapshots: list[int] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    is_wedged: bool = False
    was_killed: bool = False
    has_chpasswd: bool = True
    has_shell: bool = True


@dataclass
class LxdStandIn:
    url: str = ""
    mode: str = "ok"
    things: dict[str, Thing] = field(default_factory=dict)
    pools: dict[str, str] = field(default_factory=lambda: {"fast": "btrfs", "plain": "dir", "blocks": "lvm"})
    operations: dict[str, Found] = field(default_factory=dict)
    logs: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: {"received": 0, "done": 0})
    is_trusted: bool = True
    drops_cpus: bool = (
        False  # [R] a second change of processors soon after another is dropped: setting new, guest old
    )
    kills_on_less_memory: bool = False  # [K] cgroup v2: a lower limit is taken, and processes are killed
    slow_operations: bool = False  # they are not over when they are first waited for

    # What the contract's other end does

    def misbehave(self, how: str) -> None:
        self.mode = how

    def use(self, resource: str, amount: int | None) -> None:
        setattr(self.things["alice"], resource, amount)

    def act_count(self, what: str) -> int:
        return self.counts[what]

    # The API

    def answer(
        self, method: str, address: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, Found | str, str]:
        """Status, body, ETag."""
        parts = urlsplit(address)
        path, query = parts.path.removeprefix("/1.0").strip("/").split("/"), dict(parse_qsl(parts.query))
        self.asked.append((method, parts.path))
        if self.mode == "sign_in_page":
            return 200, "<!doctype html><title>Sign in</title>", ""
        if path == [""]:
            return 200, synchronous(self._about()), ""  # [R] told to anybody, trusted or not
        if not self.is_trusted:
            raise Said(403, "not authorized")  # [R]
        is_change = method == "PATCH" and path[0] == "instances" and b"limits." in body
        self.counts["received"] += is_change
        # A command that looks is sent with POST, and is no act.
        if method != "GET" and path[-1] != "exec" and path[0] != "operations":
            self._bad_day_before()
            if self.mode == "lie":
                return 200, synchronous({}), ""
        found = self._route(method, path, query, headers, body)
        self.counts["done"] += is_change
        if self.mode == "timeout_after_doing" and method != "GET" and path[-1] != "exec":
            raise TimeoutError
        return found

    def _bad_day_before(self) -> None:
        if self.mode == "busy":
            raise Said(503, "LXD daemon is starting up")  # [K]
        if self.mode == "refuse":
            raise Said(400, "told to refuse")

    def _about(self) -> Found:
        return {
            "auth": "trusted" if self.is_trusted else "untrusted",
            "api_extensions": ["projects", "instance_get_full"],
            "environment": {"server": "lxd", "server_version": "5.0.2"},
        }

    def _route(
        self, method: str, path: list[str], query: Found, headers: dict[str, str], body: bytes
    ) -> tuple[int, Found | str, str]:
        match [method, *path]:
            case ["GET", "resources"]:
                return 200, synchronous({"cpu": {"total": 8}}), ""
            case ["GET", "storage-pools", pool]:
                return 200, synchronous({"name": pool, "driver": self.pools[pool]}), ""
            case ["GET", "profiles", "default"]:
                return 200, synchronous({"devices": ROOT}), ""
            case ["GET", "operations", number, *_]:
                return 200, synchronous(self._operation(number)), ""
            case ["POST", "instances"]:
                return self._make(json.loads(body))
            case [_, "instances", name, *rest] if name in self.things:
                return self._of_instance(self.things[name], method, rest, query, headers, body)
        raise Said(404, "Instance not found" if path[0] == "instances" else "not found")  # [R]

    def _of_instance(
        self, thing: Thing, method: str, rest: list[str], query: Found, headers: dict[str, str], body: bytes
    ) -> tuple[int, Found | str, str]:
        match [method, *rest]:
            case ["GET"]:
                return 200, synchronous(described(thing, full=query.get("recursion") == "1")), tag(thing)
            case ["PATCH"]:
                if headers.get("if-match") not in (None, "", tag(thing)):
                    raise Said(412, "ETag doesn't match: a vs b")  # [R]
                self._patch(thing, json.loads(body))
                return 200, synchronous({}), ""  # [R] synchronous
            case ["PUT", "state"]:
                return self._put_state(thing, json.loads(body))
            case ["POST", "exec"]:
                return self._exec(thing, json.loads(body)["command"])
            case ["GET", "logs", name]:
                return 200, self.logs[name], ""
            case ["DELETE", "logs", name]:
                del self.logs[name]
                return 200, synchronous({}), ""
            case ["POST", "files"]:
                assert headers["x-lxd-mode"] == headers["x-incus-mode"] == "0600"
                thing.files[query["path"]] = body.decode()
                return 200, synchronous({}), ""
            case ["DELETE"]:
                if thing.status == "Running":
                    raise Said(400, "Instance is running")  # [R]
                return self._begun(lambda: self.things.pop(thing.name, None))
        raise Said(404, "not found")

    def _make(self, asked: Found) -> tuple[int, Found, str]:
        if asked["source"]["alias"] != "debian":
            raise Said(404, "Image alias not found")  # [R]
        if asked["name"] in self.things:
            # [R] accepted with 202, and it fails inside
            words = 'Failed creating instance record: This "instances" entry already exists'
            return self._begun(lambda: None, fails=words)
        made = Thing(asked["name"], asked["config"], asked["devices"], asked["type"])
        return self._begun(lambda: self.things.__setitem__(made.name, made))

    def _patch(self, thing: Thing, asked: Found) -> None:
        size = asked.get("devices", {}).get("root", {}).get("size")
        if size and self.pools[root(thing)["pool"]] == "btrfs" and mib(size) <= (thing.disk or 0):
            thing.is_wedged = True  # [R] the kernel's limit is lower now, and the setting is the old one
            raise Said(500, 'Failed to update device "root": ERROR: unable to limit: Disk quota exceeded')
        memory = asked.get("config", {}).get("limits.memory")
        if memory and thing.status == "Running" and mib(memory) < thing.memory - thing.cache:
            if not self.kills_on_less_memory:
                raise Said(500, "setting cgroup item for the container failed")  # [R] cgroup v1
            thing.was_killed = True
        if self.mode == "half":
            asked = {"config": {"limits.cpu": asked["config"]["limits.cpu"]}}
        before = thing.config.get("limits.cpu")
        for name, value in asked.get("config", {}).items():
            thing.config.pop(name, None)  # [R] an empty value is none
            if value:
                thing.config[name] = value
        thing.devices |= asked.get("devices", {})  # [R] by name, each as a whole
        if thing.config.get("limits.cpu") != before:
            self._give_cpus(thing)

    def _give_cpus(self, thing: Thing) -> None:
        if self.drops_cpus:
            self.drops_cpus = False
            return
        limit = thing.config.get("limits.cpu", "8")
        thing.guest_cpus = int(limit)

    def _put_state(self, thing: Thing, asked: Found) -> tuple[int, Found, str]:
        wanted = {"start": "Running", "stop": "Stopped", "freeze": "Frozen", "unfreeze": "Running"}[
            asked["action"]
        ]
        if thing.status == wanted:
            # [R] accepted with 202, and it fails inside
            return self._begun(lambda: None, fails=f"The instance is already {wanted.lower()}")
        if asked["action"] == "stop" and not asked["force"] and "deaf" in thing.config:
            words = 'Failed shutting down instance, status is "Running": context deadline exceeded'  # [R]
            return self._begun(lambda: None, fails=words)

        def put() -> None:
            thing.status = wanted
            self._give_cpus(thing)

        return self._begun(put)

    def _exec(self, thing: Thing, command: list[str]) -> tuple[int, Found, str]:
        if thing.status != "Running":
            raise Said(400, "Instance is not running")  # [K]
        number = str(uuid.uuid4())
        code, said, words = 0, "", ""
        if not thing.has_shell:
            code, words = 127, "Command not found"  # [R] the operation fails, and tells the code
        elif "chpasswd" in command[2]:
            code = self._chpasswd(thing, command[-1])
        else:
            said = measured(thing, with_disk=command[-1] == "disk")
        self.logs[f"exec_{number}.stdout"], self.logs[f"exec_{number}.stderr"] = said, ""
        output = {fd: f"/1.0/instances/{thing.name}/logs/exec_{number}.{name}"
                  for fd, name in (("1", "stdout"), ("2", "stderr"))}  # fmt: skip
        return self._begun(
            lambda: None, number=number, fails=words, metadata={"return": code, "output": output}
        )

    def _chpasswd(self, thing: Thing, file: str) -> int:
        said = thing.files.pop(file)
        if not thing.has_chpasswd:
            return 127
        return 1 if len(said.partition(":")[2].strip()) < 8 else 0

    def _begun(
        self, work: Any, *, number: str = "", fails: str = "", metadata: Found | None = None
    ) -> tuple[int, Found, str]:
        """202 and an operation. It is over when it is waited for, unless operations are slow."""
        if self.mode == "fails_later":
            work, fails = (lambda: None), "the pool is full"
        number = number or str(uuid.uuid4())
        found = {
            "id": number,
            "status": "Running",
            "status_code": 103,
            "err": "",
            "metadata": metadata,
        }  # [R]
        self.operations[number] = {
            **found,
            "work": work,
            "fails": fails,
            "looks": 1 if self.slow_operations else 0,
        }
        return 202, {"type": "async", "operation": f"/1.0/operations/{number}", "metadata": found}, ""

    def _operation(self, number: str) -> Found:
        if number not in self.operations:
            raise Said(404, "Operation not found")  # [R] some seconds after its end
        operation = self.operations[number]
        if operation["looks"] > 0:
            operation["looks"] -= 1
        elif operation["status_code"] == 103:
            operation["work"]()
            failed = bool(operation["fails"])
            operation |= {"status": "Failure" if failed else "Success", "status_code": 400 if failed else 200}
            operation["err"] = operation["fails"]
        return {name: operation[name] for name in ("id", "status", "status_code", "err", "metadata")}


ROOT = {"root": {"type": "disk", "path": "/", "pool": "fast"}}


def root(thing: Thing) -> dict[str, str]:
    return (ROOT | thing.devices)["root"]


def mib(size: str) -> int:
    return int(size.removesuffix("MiB"))


def tag(thing: Thing) -> str:
    said = json.dumps([thing.config, thing.devices], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def described(thing: Thing, *, full: bool) -> Found:
    found: Found = {
        "name": thing.name, "type": thing.type, "status": thing.status,
        "config": thing.config, "expanded_config": thing.config,
        "devices": thing.devices, "expanded_devices": ROOT | thing.devices,
    }  # fmt: skip
    if full:
        # [R] with a snapshot, the instance's own usage and the snapshot's are next to nothing
        own = {} if thing.disk is None else {"usage": 0 if thing.snapshots else thing.disk * MIB}
        memory = thing.memory * MIB if thing.status == "Running" else 0
        found["state"] = {"disk": {"root": own} if own else {}, "memory": {"usage": memory}}
        found["snapshots"] = [{"name": f"s{number}", "size": 16384} for number in thing.snapshots]
    return found


def measured(thing: Thing, *, with_disk: bool) -> str:
    said = f"cpus {thing.guest_cpus or ''}\ntotal_inactive_file {thing.cache * MIB}\ntotal_active_file 0\n"
    return f"{said}disk {thing.disk * 1024} /\n" if with_disk and thing.disk is not None else said


def synchronous(metadata: Found) -> Found:
    return {"type": "sync", "status": "Success", "status_code": 200, "metadata": metadata}


@contextmanager
def running_stand_in() -> Iterator[LxdStandIn]:
    stand_in = LxdStandIn()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one write for head and body
        disable_nagle_algorithm = True

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            if stand_in.mode == "down":
                self.close_connection = True
                return
            try:
                status, found, etag = stand_in.answer(self.command, self.path, headers, body)
            except TimeoutError:
                time.sleep(0.2)
                self.close_connection = True
                return
            except Said as said:
                status, etag = said.status, ""
                found = {"type": "error", "error_code": status, "error": said.words, "metadata": None}  # [R]
            text = found if isinstance(found, str) else json.dumps(found)
            self.send_response(status)
            if etag:
                self.send_header("ETag", etag)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

        def log_message(self, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        stand_in.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield stand_in
        server.shutdown()
