"""`palier clock +30d`: move business time forward, in the demo."""

import argparse

from django.conf import settings

from palier.entrypoints.cli.arguments import duration
from palier.entrypoints.cli.screen import console, errors
from palier.events import clock


def run(arguments: argparse.Namespace) -> int:
    if not settings.DEMO:
        errors.print("[bold red]Refused.[/] Only the demo's clock can be moved (PALIER_DEMO=1).")
        return 1
    if arguments.by == "reset":
        clock.reset()
    else:
        try:
            clock.advance(duration(arguments.by))
        except ValueError as error:
            errors.print(f"[bold red]Not understood.[/] {error}")
            return 2
    console.print(f"Business time is now [bold]{clock.now():%Y-%m-%d %H:%M} UTC[/].")
    return 0
