"""The terminal, for every verb: what happened on standard output, what went wrong on standard error."""

from rich.console import Console

# No `:names:` of drawings: a fingerprint such as B6:CD:1C would have one in it.
console = Console(highlight=False, emoji=False)
errors = Console(stderr=True, highlight=False, emoji=False)
