"""`palier demo`: forget everything and build the demo world again, with real containers or without."""

import argparse
from importlib import import_module
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from palier.entrypoints.cli.screen import console, errors


def run(arguments: argparse.Namespace) -> int:
    if not settings.DEMO:
        errors.print("[bold red]Refused.[/] This installation is not a demo (PALIER_DEMO=1).")
        return 1
    if arguments.once:
        return _build_once()
    containers = import_module(settings.DEMO_CONTAINERS)
    if arguments.lxd and not _can_have_containers(containers):
        return 1
    if not arguments.yes and not _agreed():
        return 1
    if not arguments.lxd:
        containers.do_without()
    elif not _started(containers):
        return 1
    with console.status("Building the demo world…"):
        import_string(settings.REBUILD_DEMO)()
    console.print("[green]The demo world is new again.[/]")
    if arguments.lxd:
        console.print(
            "  Its virtual servers are containers: the page of scenarios shows what each of them sees."
        )
    return 0


def _build_once() -> int:
    with console.status("The demo's world…"):
        built = import_string(settings.BUILD_DEMO_ONCE)()
    console.print(f"  The demo's world: [green]{'built' if built else 'as it was left'}[/]")
    return 0


def _can_have_containers(containers: Any) -> bool:
    """Nothing is forgotten for containers that cannot be."""
    missing = containers.missing()
    if missing:
        errors.print(
            "[bold red]No containers here.[/] The demo stays as it is; people look after its virtual servers."
        )
        errors.print("What is missing on this machine:")
        for said in missing:
            errors.print(f"  · {said}", highlight=False)
        return False
    if not containers.is_run_up():
        errors.print(
            "[bold red]Palier does not run here.[/] Start it with make run, and ask again beside it."
        )
        return False
    return True


def _started(containers: Any) -> bool:
    containers.want()
    with console.status("Starting LXD…"):
        started: bool = containers.started()
    if not started:
        containers.do_without()
        errors.print(
            f"[bold red]LXD does not start.[/] It says why in {settings.VAR / 'log' / 'containers.log'}."
        )
    return started


def _agreed() -> bool:
    """Nobody there to ask is a no."""
    try:
        answer = console.input("Everything in this database will be forgotten. Type [bold]yes[/] to go on: ")
    except EOFError:
        errors.print("\nNothing was forgotten: answer yes, or give --yes.")
        return False
    return answer.strip().lower() in {"yes", "oui"}
