"""`palier VERB`: read the command line, set Django up, have the verb's file do it."""

import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
        verb = import_module(f"palier.entrypoints.cli.{arguments.verb}")
        if arguments.verb in SUPERVISES:
            return int(verb.run(arguments))
        with _logs_of(arguments.verb), import_string(settings.DATABASE_AT_HAND)():
            return int(verb.run(arguments))
    except ImproperlyConfigured as error:
        errors.print(f"[bold red]Cannot start.[/] {error}", highlight=False)
        return 1
    except KeyboardInterrupt:
        return 130


@contextmanager
def _logs_of(verb: str) -> Iterator[None]:
    """Only while the verb is run: whoever calls `main` from a program goes on with the logs it had."""
    root = logging.getLogger()
    before = root.level
    if verb not in WRITE_LOGS:
        root.setLevel(logging.WARNING)
    try:
        yield
    finally:
        root.setLevel(before)


if __name__ == "__main__":
    sys.exit(main())
