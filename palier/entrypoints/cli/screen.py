"""The terminal, for every verb: what happened on standard output, what went wrong on standard error."""

from rich.console import Console

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)
