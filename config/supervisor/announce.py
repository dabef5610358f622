"""What a run says on the terminal."""

import contextlib
import json
import time
from collections.abc import Callable, Iterator

from django.conf import settings
from rich.console import Console

console = Console(highlight=False, soft_wrap=True)


@contextlib.contextmanager
def step(what: str) -> Iterator[Callable[[str], None]]:
    """One line for one step, with its time; the body may say how it went."""
    said = "done"

    def say(how: str) -> None:
        nonlocal said
        said = how

    started = time.monotonic()
    with console.status(f"{what}…"):
        yield say
    console.print(f"  {what}: [green]{said}[/] [dim]({time.monotonic() - started:.1f} s)[/]")


def ready(address: str) -> None:
    console.print()
    console.print(f"[bold green]Palier is ready:[/] [bold]{address}[/]")
    sign_ins = _sign_ins()
    if sign_ins:
        console.print()
        for label, email, password in sign_ins:
            console.print(f"  {label}: sign in with [bold]{email}[/] and the password [bold]{password}[/]")
    console.print()
    console.print(f"  Logs are in {settings.VAR / 'log'}. Ctrl-C stops everything; the data stays.")


def _sign_ins() -> list[tuple[str, str, str]]:
    """As the demo's world has left them when it was built."""
    written = settings.VAR / "sign-ins.json"
    if not settings.DEMO or not written.exists():
        return []
    return [(label, email, password) for label, email, password in json.loads(written.read_text())]
