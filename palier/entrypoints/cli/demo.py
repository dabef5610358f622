"""`palier demo`: forget everything and build the demo world again."""

import argparse

from django.conf import settings
from django.utils.module_loading import import_string

from palier.entrypoints.cli.screen import console, errors


def run(arguments: argparse.Namespace) -> int:
    if not settings.DEMO:
        errors.print("[bold red]Refused.[/] This installation is not a demo (PALIER_DEMO=1).")
        return 1
    if arguments.once:
        return _build_once()
    if not arguments.yes and not _agreed():
        return 1
    with console.status("Building the demo world…"):
        import_string(settings.REBUILD_DEMO)()
    console.print("[green]The demo world is new again.[/]")
    return 0


def _build_once() -> int:
    with console.status("The demo's world…"):
        built = import_string(settings.BUILD_DEMO_ONCE)()
    console.print(f"  The demo's world: [green]{'built' if built else 'as it was left'}[/]")
    return 0


def _agreed() -> bool:
    answer = console.input("Everything in this database will be forgotten. Type [bold]yes[/] to go on: ")
    return answer.strip().lower() in {"yes", "oui"}
