"""`palier books`: check the invariants, export the journal, print a report."""

import argparse
from importlib import import_module


def run(arguments: argparse.Namespace) -> int:
    return int(import_module(f"palier.entrypoints.cli.books_{arguments.act}").run(arguments))
