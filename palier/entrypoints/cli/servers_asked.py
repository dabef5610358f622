"""The servers that a command is about: the one that is named, or all of them."""

from rich.markup import escape

from palier.entrypoints.cli.screen import errors
from palier.provisioning.models import Server
from palier.provisioning.queries import servers


def servers_asked(code: str | None) -> list[Server] | None:
    """None, once it is said that there is no such server."""
    every = list(servers().select_related("health", "circuit"))
    found = [server for server in every if code in (None, server.code)]
    if code and not found:
        known = ", ".join(server.code for server in every) or "none yet"
        errors.print(f"[bold red]No server[/] “{escape(code)}”; there are: {escape(known)}.")
        return None
    return found
