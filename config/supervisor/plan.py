"""Which processes a run has, on which ports, and what each must know of the others."""

import json
import os
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.utils.crypto import salted_hmac

from config import environment
from config.database.owner import write_secret
from config.supervisor.child import Child
from config.supervisor.ports import first_free

PANEL = "palier.entrypoints.demo.panel_server"
CARD = "palier.entrypoints.demo.card_server"
MAIL = "palier.entrypoints.demo.mail_sink"
LOCAL = "127.0.0.1"


@dataclass(frozen=True)
class Plan:
    """The processes of one run. They, and commands typed beside them, find `told` in their environment."""

    address: str
    port: int
    told: dict[str, str]
    environment: dict[str, str]
    machines: tuple[Child, ...]
    workers: tuple[Child, ...]


def make(host: str, port: int) -> Plan:
    taken: set[int] = set()
    web = first_free(host, port, taken)
    shown = LOCAL if host in {"0.0.0.0", "::"} else host  # noqa: S104
    address = f"http://{shown}:{web}"
    told = {"PALIER_DEMO": "1" if settings.DEMO else "0"}
    told["PALIER_BASE_URL"] = environment.given("PALIER_BASE_URL") or address
    demo_commands: dict[str, list[str]] = {}
    if settings.DEMO:
        demo_commands = _demo_machines(told, taken)
    for_children = {**os.environ, **told, "PALIER_SUPERVISED": "1"}

    def child(name: str, command: list[str]) -> Child:
        log = settings.VAR / "log" / f"{name}.log"
        return Child(name, [sys.executable, "-m", *command], for_children, log)

    palier = "palier.entrypoints.cli.main"
    return Plan(
        address=told["PALIER_BASE_URL"],
        port=web,
        told=told,
        environment=for_children,
        machines=tuple(child(name, command) for name, command in demo_commands.items()),
        workers=(
            child("worker", [palier, "worker"]),
            child("web", [palier, "serve", "--host", host, "--port", str(web)]),
        ),
    )


def _demo_machines(told: dict[str, str], taken: set[int]) -> dict[str, list[str]]:
    """The demo's panel, card page and mail server, on ports of their own; their addresses go into `told`."""
    commands = {}
    if find_spec(PANEL):
        port = first_free(LOCAL, 8101, taken)
        told["PALIER_DEMO_PANEL_URL"] = f"http://{LOCAL}:{port}"
        told["PALIER_DEMO_PANEL_TOKEN"] = _secret("demo panel")
        commands["panel"] = [PANEL, "--port", str(port), "--state", str(settings.VAR / "demo-panel.json")]
    if find_spec(CARD):
        port = first_free(LOCAL, 8102, taken)
        told["PALIER_DEMO_CARD_URL"] = f"http://{LOCAL}:{port}"
        told["PALIER_DEMO_CARD_SECRET"] = _secret("demo card")
        commands["card"] = [CARD, "--port", str(port), "--state", str(settings.VAR / "demo-card.json")]
    if not environment.given("PALIER_EMAIL_HOST"):
        port = first_free(LOCAL, 8025, taken)
        told |= {"PALIER_EMAIL_HOST": LOCAL, "PALIER_EMAIL_PORT": str(port)}
        commands["mail"] = [MAIL, "--port", str(port), "--directory", str(settings.DEMO_MAIL_DIR)]
    return commands


def _secret(purpose: str) -> str:
    """The same at each run of an installation, another one in each installation."""
    return salted_hmac("palier.supervisor", purpose, algorithm="sha256").hexdigest()[:32]


def remember(told: dict[str, str], var: Path) -> None:
    """For commands typed beside the run, or after it: the same demo, the same addresses."""
    draft = var / f".run.json.{os.getpid()}"
    write_secret(draft, json.dumps({"database_url": settings.DATABASE_URL, "told": told}, indent=1))
    draft.replace(var / "run.json")
