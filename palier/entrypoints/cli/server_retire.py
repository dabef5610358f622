"""`palier server retire CODE`: a server that was added by hand and is not needed any more."""

import argparse
import sys

from rich.markup import escape
from rich.prompt import Confirm

from palier.catalog import snapshot
from palier.entrypoints.cli.screen import console, errors
from palier.entrypoints.cli.servers_asked import servers_asked
from palier.events.clock import now
from palier.events.record import SYSTEM
from palier.plan_changes.queries import across_customers_arriving
from palier.provisioning.models import Server
from palier.provisioning.retire_server import NotRetired, retire_server, why_not_retired
from palier.provisioning.server_load import across_customers_services_on
from palier.words.servers import accounts_left, not_retired


def run(arguments: argparse.Namespace) -> int:
    found = servers_asked(arguments.code)
    if found is None:
        return 1
    (server,) = found
    arriving = across_customers_arriving(server.code, snapshot.current())
    if refused := why_not_retired(server, arriving):
        return _refused(refused)
    if not arguments.yes and not _agreed(server):
        errors.print("[bold red]Not retired.[/] Say yes, or give --yes.")
        return 1
    try:
        retire_server(server, arriving=arriving, by=SYSTEM, at=now())
    except NotRetired as refused_after_all:
        return _refused(refused_after_all)
    console.print(
        f"[green]Retired[/] {server.code}. Its code is free: palier server add takes it again.",
        soft_wrap=True,
    )
    return 0


def _refused(refused: NotRetired) -> int:
    why = not_retired(refused.code, refused.number, refused.plans)
    errors.print(f"[bold red]Not retired.[/] {escape(why)}", soft_wrap=True)
    return 1


def _agreed(server: Server) -> bool:
    """Nobody there to ask is a no."""
    if left := across_customers_services_on(server).count():
        errors.print(accounts_left(left), soft_wrap=True)
    question = f"Retire {server.code}? It is looked at no more, and its secrets are forgotten."
    return sys.stdin.isatty() and Confirm.ask(question, console=errors, default=False)
