"""`palier manage COMMAND ...`: any command of Django."""

import argparse

from django.core.management import execute_from_command_line


def run(arguments: argparse.Namespace) -> int:
    execute_from_command_line(["palier manage", *arguments.rest])
    return 0
