"""`palier VERB`: read the command line, set Django up, have the verb's file do it."""

import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from palier.entrypoints.cli.arguments import parser
from palier.entrypoints.cli.screen import errors

# The supervisor starts the database itself, and leaves everything that needs Django's models to others.
SUPERVISES = {"run"}
# The others say on the terminal what they do; of the logs, only what went wrong belongs there.
WRITE_LOGS = {"serve", "worker"}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; the exit status is 0 when it is done, 1 when it could not be, 2 when it was mistyped."""
    arguments = parser().parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if arguments.verb == "run":
        os.environ.setdefault("PALIER_DEMO", "1")
    try:
        if arguments.verb not in SUPERVISES:
            django.setup()
            if arguments.verb not in WRITE_LOGS:
                logging.getLogger().setLevel(logging.WARNING)
        verb = import_module(f"palier.entrypoints.cli.{arguments.verb}")
        if arguments.verb in SUPERVISES:
            return int(verb.run(arguments))
        with import_string(settings.DATABASE_AT_HAND)():
            return int(verb.run(arguments))
    except ImproperlyConfigured as error:
        errors.print(f"[bold red]Cannot start.[/] {error}", highlight=False)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
