"""`palier prepare`: what a new version needs before its first start."""

import argparse

from django.conf import settings
from django.utils.module_loading import import_string

from palier.entrypoints.cli.screen import console


def run(arguments: argparse.Namespace) -> int:
    for what, bring_up_to_date in import_string(settings.PREPARE):
        with console.status(f"{what}…"):
            changed = bring_up_to_date()
        console.print(f"  {what}: [green]{'brought up to date' if changed else 'up to date'}[/]")
    return 0
