"""`palier demo`: forget everything and build the demo world again."""

import argparse
from importlib import import_module

from django.conf import settings
from django.core.management import call_command

from palier.entrypoints.cli.screen import console, errors


def run(arguments: argparse.Namespace) -> int:
    if not settings.DEMO:
        errors.print("[bold red]Refused.[/] This installation is not a demo (PALIER_DEMO=1).")
        return 1
    if not arguments.yes and not _agreed():
        return 1
    with console.status("Forgetting what is there…"):
        import_module("django.db").connection.cursor().execute(
            "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
        )
        call_command("migrate", verbosity=0, interactive=False)
    with console.status("Building the demo world…"):
        import_module(settings.DEMO_WORLD).build()
    console.print("[green]The demo world is new again.[/]")
    return 0


def _agreed() -> bool:
    answer = console.input("Everything in this database will be forgotten. Type [bold]yes[/] to go on: ")
    return answer.strip().lower() in {"yes", "oui"}
