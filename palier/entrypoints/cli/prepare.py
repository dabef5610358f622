"""`palier prepare`: what a new version needs before its first start."""

import argparse

from django.conf import settings
from django.utils.module_loading import import_string

from palier.entrypoints.cli.screen import console


def run(arguments: argparse.Namespace) -> int:
    with console.status("Tables, sentences, static files…"):
        import_string(settings.PREPARE)()
    console.print("[green]Ready to start.[/]")
    return 0
