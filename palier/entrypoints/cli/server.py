"""`palier server`: add or retire a server, look at servers, compare their plans with the catalogue."""

import argparse
from importlib import import_module

from django.utils import translation


def run(arguments: argparse.Namespace) -> int:
    with translation.override("en"):  # as everything that is said on the terminal
        return int(import_module(f"palier.entrypoints.cli.server_{arguments.act}").run(arguments))
