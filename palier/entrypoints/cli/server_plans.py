"""`palier server plans [CODE]`: the plans that a panel knows now, against those of the catalogue that live there."""

import argparse
import json

from rich.markup import escape
from rich.table import Table

from palier.catalog import snapshot
from palier.catalog.snapshot import Catalog
from palier.drivers.panel import Capability
from palier.entrypoints.cli.screen import console, errors
from palier.entrypoints.cli.servers_asked import servers_asked
from palier.events.clock import now
from palier.provisioning.check_server import keep_look
from palier.provisioning.look_at_server import Plans, look_at
from palier.provisioning.models import Server
from palier.provisioning.panels import capabilities_of
from palier.provisioning.plans_there import PlanThere, others_there, plans_there
from palier.words.differences import difference_line
from palier.words.limits import resource_words
from palier.words.servers import health_word

LANGUAGE = "en"


def run(arguments: argparse.Namespace) -> int:
    found = servers_asked(arguments.code)
    if found is None:
        return 1
    catalog, is_bad = snapshot.current(), False
    told: list[dict[str, object]] = []
    for server in found:
        if Capability.PLANS not in capabilities_of(server):
            if arguments.code and not arguments.json:
                console.print(f"{server.code} has no plans of its own: limits are set one by one.")
            continue
        look = look_at(server)
        keep_look(server, look, now())
        if look.plans is None:
            is_bad = True
            told.append({"server": server.code, "error": look.detail})
            why = f"{health_word(look.problem)}: {escape(look.detail)}"
            errors.print(f"[bold red]{server.code}[/] {why}", soft_wrap=True)
            continue
        rows = plans_there(server, look.plans, catalog)
        is_bad = is_bad or not all(row.is_there for row in rows)
        told.append(_json(server, rows, look.plans, catalog))
        if not arguments.json:
            _show(server, rows, look.plans, catalog)
    if arguments.json:
        print(json.dumps(told, indent=2, ensure_ascii=False))  # noqa: T201
    return 1 if is_bad else 0


def _show(server: Server, rows: tuple[PlanThere, ...], found: Plans, catalog: Catalog) -> None:
    table = Table(title=server.code, title_justify="left", box=None, padding=(0, 2, 0, 0))
    for heading in ("plan", "on the server", "", "differs"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        how = (
            "[green]same[/]"
            if row.is_right
            else "[yellow]differs[/]"
            if row.is_there
            else "[bold red]missing[/]"
        )
        table.add_row(row.plan.code, escape(row.plan.package), how, escape("\n".join(_lines(row, catalog))))
    for name in others_there(server, found, catalog):
        table.add_row("", escape(name), "[dim]not sold[/]")
    console.print(table)


def _lines(row: PlanThere, catalog: Catalog) -> list[str]:
    words = {
        code: resource_words(found.unit, found.names, found.counted, LANGUAGE)
        for code, found in catalog.resources.items()
    }
    return [difference_line(one.what, one.wanted, one.found, words, LANGUAGE) for one in row.differences]


def _json(server: Server, rows: tuple[PlanThere, ...], found: Plans, catalog: Catalog) -> dict[str, object]:
    """Limits are in our units: storage in MB, counts as they are, null without limit."""
    return {
        "server": server.code,
        "plans": [
            {
                "plan": row.plan.code,
                "package": row.plan.package,
                "there": row.is_there,
                "differences": [
                    {"what": one.what, "wanted": one.wanted, "found": one.found} for one in row.differences
                ],
            }
            for row in rows
        ],
        "not_sold": list(others_there(server, found, catalog)),
    }
