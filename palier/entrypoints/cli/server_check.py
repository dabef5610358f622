"""`palier server check [CODE]`: look at one server, or at all, now."""

import argparse
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from rich.markup import escape
from rich.table import Table

from palier.catalog import snapshot
from palier.entrypoints.cli.screen import console
from palier.entrypoints.cli.servers_asked import servers_asked
from palier.events.clock import now
from palier.people.queries import NoProvider, provider
from palier.provisioning.check_server import keep_look
from palier.provisioning.look_at_server import can_be_looked_at, look_at
from palier.provisioning.models import Server
from palier.provisioning.server_state import WRONG, health_of, left_alone_since, state_of
from palier.words.servers import health_word

AT_ONCE = 8
COLOURS = {"good": "green", "by_hand": "dim", "unseen": "yellow", "busy": "yellow"}


def run(arguments: argparse.Namespace) -> int:
    found = servers_asked(arguments.code)
    if found is None:
        return 1
    _look(found)
    catalog = snapshot.current()
    states = {server.code: state_of(server, catalog) for server in found}
    if arguments.json:
        print(json.dumps([_json(server, states[server.code]) for server in found], indent=2))  # noqa: T201
    elif found:
        console.print(_table(found, states))
        _say_last_errors(found)
    else:
        console.print("There is no server yet: declare one in the catalogue file, or palier server add.")
    return 1 if WRONG & set(states.values()) else 0


def _look(found: list[Server]) -> None:
    """All of them at once: one that is silent keeps nobody waiting. What is found is kept one after the other."""
    asked = [server for server in found if can_be_looked_at(server)]
    with console.status("Looking…"), ThreadPoolExecutor(AT_ONCE) as pool:
        for server, look in zip(asked, pool.map(look_at, asked), strict=True):
            server.health = keep_look(server, look, now())


def _table(found: list[Server], states: dict[str, str]) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0))
    for heading in ("server", "driver", "health", "since"):
        table.add_column(heading, no_wrap=True)
    table.add_column("version", overflow="fold")
    table.add_column("latency", justify="right", no_wrap=True)
    for server in found:
        state, health = states[server.code], health_of(server)
        word = f"[{COLOURS.get(state, 'bold red')}]{health_word(state)}[/]"
        if (left_alone := left_alone_since(server)) is not None:
            word += f"\n[yellow]left alone since {_moment(left_alone)}[/]"
        if health is None:
            table.add_row(server.code, server.driver, word)
            continue
        latency = f"{health.latency_ms} ms" if health.latency_ms is not None else ""
        cells = (_moment(health.since), health.version, latency)
        table.add_row(server.code, server.driver, word, *map(escape, cells))
    return table


def _say_last_errors(found: list[Server]) -> None:
    """Below the table, for they are as long as they are."""
    for server in found:
        health = health_of(server)
        if health is not None and health.last_error_at:
            said = f"{server.code}: last error {_moment(health.last_error_at)}, {health.last_error}"
            console.print(escape(said), soft_wrap=True)


def _moment(at: datetime | None) -> str:
    if at is None:
        return ""
    try:
        return f"{at.astimezone(provider().zone):%Y-%m-%d %H:%M}"
    except NoProvider:
        return f"{at:%Y-%m-%d %H:%M} UTC"


def _json(server: Server, state: str) -> dict[str, object]:
    health = health_of(server)
    left_alone = left_alone_since(server)
    told: dict[str, object] = {
        "server": server.code,
        "driver": server.driver,
        "health": state,
        "left_alone_since": left_alone.isoformat() if left_alone else None,
    }
    if health is None:
        return told
    return {
        **told,
        "since": health.since.isoformat(),
        "checked_at": health.checked_at.isoformat(),
        "version": health.version,
        "latency_ms": health.latency_ms,
        "last_error": health.last_error,
        "last_error_at": health.last_error_at.isoformat() if health.last_error_at else None,
    }
