"""`palier catalog apply FILE`: make the catalogue what a file says."""

import argparse

from palier.catalog.apply import apply
from palier.entrypoints.cli.screen import console


def run(arguments: argparse.Namespace) -> int:
    apply(arguments.file)
    console.print(f"[green]Applied[/] {arguments.file}")
    return 0
