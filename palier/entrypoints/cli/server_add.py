"""`palier server add CODE`: a server that the catalogue file does not declare, kept once it has answered."""

import argparse
import getpass
import os
import sys

from rich.markup import escape
from rich.prompt import Confirm

from palier.drivers.certificates import fingerprint, same_fingerprint
from palier.drivers.registry import panel_class
from palier.entrypoints.cli.screen import console, errors
from palier.events.clock import now
from palier.events.record import SYSTEM
from palier.people.queries import NoProvider, provider
from palier.provisioning.check_server import keep_look
from palier.provisioning.look_at_server import Look, look_at
from palier.provisioning.models import Server
from palier.provisioning.panels import is_installed, no_secrets
from palier.provisioning.write_server import NotAccepted, Written, add_server, drafted
from palier.words.servers import health_advice, health_word, not_accepted


def run(arguments: argparse.Namespace) -> int:
    try:
        secrets = _secrets(arguments)
        server = drafted(arguments.code, arguments.driver, _written(arguments, secrets), _language())
    except NotAccepted as refused:
        return _refused(refused)
    except Mistyped as mistake:
        errors.print(f"[bold red]Not added.[/] {escape(str(mistake))}", soft_wrap=True)
        return 2
    look = look_at(server)
    if look.problem == "untrusted":
        look = _with_its_certificate(server, look, arguments.pin)
    if look.problem and not arguments.no_check:
        _say_problem(look)
        errors.print("[bold red]Not added.[/] Correct it and try again, or keep it as it is with --no-check.")
        return 1
    at = now()
    try:
        add_server(server, by=SYSTEM, at=at)
    except NotAccepted as refused:
        return _refused(refused)
    keep_look(server, look, at)
    if look.problem:
        _say_problem(look)
    said = f", {escape(look.version)}, in {look.latency_ms} ms" if look.version else ""
    console.print(
        f"[green]Added[/] {server.code}{said}. Products name it as their [bold]server[/].", soft_wrap=True
    )
    return 0


def _refused(refused: NotAccepted) -> int:
    why = not_accepted(refused.code, refused.named)
    errors.print(f"[bold red]Not added.[/] {escape(why)}", soft_wrap=True)
    return 1


class Mistyped(Exception):
    """What was typed cannot be read. Never holds a secret."""


def _written(arguments: argparse.Namespace, secrets: dict[str, str]) -> Written:
    settings = {}
    for pair in arguments.set:
        name, sign, value = pair.partition("=")
        if not sign:
            raise Mistyped(f"--set {name}: write NAME=VALUE, such as user=root.")
        settings[name] = value
    return Written(arguments.name, arguments.url, settings, secrets, may_refer=True)


def _secrets(arguments: argparse.Namespace) -> dict[str, str]:
    """Those that are named; of a person at a terminal, those too that the driver needs and nobody has named."""
    given = {pair.partition("=")[0] for pair in arguments.set}
    named = dict(_named(pair) for pair in arguments.secret)
    if sys.stdin.isatty() and is_installed(arguments.driver):
        needs = panel_class(arguments.driver).needs
        left = [name for name in needs if name != "url" and name not in no_secrets(arguments.driver)]
        named.update((name, "") for name in left if name not in given and name not in named)
    return {name: _read(name, variable) for name, variable in named.items()}


def _named(pair: str) -> tuple[str, str]:
    name, _, variable = pair.partition("=")
    return name, variable


def _read(name: str, variable: str) -> str:
    if variable:
        found = os.environ.get(variable, "")
        if not found:
            # Not repeated: somebody may have typed the secret itself.
            raise Mistyped(
                f"--secret {name}: the environment has no such variable. Name one that holds it, or none."
            )
        return found
    found = getpass.getpass(f"{name}: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    if not found:
        raise Mistyped(f"--secret {name}: nothing was given.")
    return found


def _with_its_certificate(server: Server, look: Look, pin: str) -> Look:
    """Look again, with the certificate pinned that the person has compared; as it was, if they have not."""
    shown = fingerprint(look.shown)
    if pin and not same_fingerprint(pin, shown):
        errors.print(
            f"[bold red]It shows another certificate[/] than the one to pin: SHA-256 {shown}", soft_wrap=True
        )
        return look
    if not pin and not _agrees(server, look, shown):
        return look
    server.certificate = look.shown
    return look_at(server)


def _agrees(server: Server, look: Look, shown: str) -> bool:
    errors.print(
        f"The certificate of {escape(server.url)} is not trusted ({escape(look.detail)}). Its SHA-256:"
    )
    errors.print(f"  {shown}", soft_wrap=True)
    if not sys.stdin.isatty():
        errors.print(
            f"Compare it with the machine's own, then: --pin {shown.replace(':', '')}", soft_wrap=True
        )
        return False
    return Confirm.ask("Is that the machine's own? Pin it?", console=errors, default=False)


def _say_problem(look: Look) -> None:
    errors.print(f"[bold]{health_word(look.problem)}[/]: {escape(look.detail)}", soft_wrap=True)
    errors.print(health_advice(look.problem), soft_wrap=True)


def _language() -> str:
    try:
        return provider().language
    except NoProvider:
        return "en"
