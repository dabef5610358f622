"""Add a server by hand, or change one that was. What is secret is sealed here, and read by nobody again but its driver.

A server that the catalogue file declares is changed there: the file would win the next time it is applied.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction

from palier.catalog.file.addresses import REFERENCE, address
from palier.drivers.certificates import NotACertificate, fingerprint, same_fingerprint
from palier.drivers.registry import lacking
from palier.events.record import Actor, record
from palier.people.seal import sealed
from palier.provisioning.models import Circuit, Server, ServerHealth
from palier.provisioning.panels import is_installed, no_secrets
from palier.provisioning.server_load import across_customers_services_on

CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class NotAccepted(Exception):
    """What was written cannot be kept. `code` is one of words/servers.py, `place` the field, `named` what is meant.
    Never holds a secret."""

    def __init__(self, place: str, code: str, named: str = "") -> None:
        super().__init__(f"{place}: {code} {named}".rstrip())
        self.place, self.code, self.named = place, code, named


@dataclass(frozen=True)
class Written:
    """What a person says of a server. `settings` are shown to everybody who works here, `secrets` to nobody.

    `may_refer` to variables of the environment is for whoever can read that anyway: on a page, it would send any of
    them, our own keys too, to an address of the writer's choice.
    """

    name: str
    url: str
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    may_refer: bool = False


def drafted(code: str, driver: str, said: Written, language: str) -> Server:
    """The server as it would be kept, to be looked at first. Raises `NotAccepted`."""
    if not CODE.fullmatch(code):
        raise NotAccepted("code", "code_shape")
    before = _free(code, Server.objects.filter(code=code).first())
    if not is_installed(driver):
        raise NotAccepted("driver", "driver_unknown", driver)
    server = Server(code=code, driver=driver, by_hand=True)
    if before is not None:
        server.id = before.id
    _write(server, said, language)
    return server


def add_server(server: Server, *, by: Actor, at: datetime) -> None:
    """Keep a draft, in the place of a retired server of that code where there is one: what was known of that is
    forgotten. Raises `NotAccepted` when somebody was faster."""
    with transaction.atomic():
        before = _free(server.code, Server.objects.select_for_update().filter(code=server.code).first())
        if before is None:
            _insert(server)
        else:
            server.id = before.id
            ServerHealth.objects.filter(server=before).delete()
            Circuit.objects.filter(server=before).delete()
            server.save(force_update=True)
        facts = {"code": server.code, "driver": server.driver}
        record("server.added", subject=("server", server.id), customer_id=None, at=at, actor=by, facts=facts)


def _insert(server: Server) -> None:
    """Two may have looked at the same moment."""
    try:
        with transaction.atomic():
            server.save(force_insert=True)
    except IntegrityError:
        raise NotAccepted("code", "code_taken", server.code) from None


def change_server(server: Server, said: Written, language: str, *, by: Actor, at: datetime) -> bool:
    """Write what is said anew; a secret that is not said stays. False, when it is what was there already.

    Raises `NotAccepted`.
    """
    with transaction.atomic():
        kept = _own(server)
        before = (kept.names, kept.url, kept.options, kept.credentials)
        if _elsewhere(kept.url, said.url) and kept.sealed.keys() - said.secrets.keys():
            # Else whoever can change the address could have the secrets sent to a machine of their own.
            raise NotAccepted("url", "secrets_again")
        _write(kept, said, language)
        if before == (kept.names, kept.url, kept.options, kept.credentials) and not said.secrets:
            return False
        kept.save()
        facts = {"code": kept.code, "url": kept.url, "secrets": sorted(said.secrets)}
        record("server.changed", subject=("server", kept.id), customer_id=None, at=at, actor=by, facts=facts)
    return True


def pin_certificate(server: Server, sha256: str, *, by: Actor, at: datetime) -> None:
    """Believe, from now on, the certificate that the machine showed when it was last looked at, and no other.

    `sha256` is what the person has compared. Raises `NotAccepted` when the machine has shown another meanwhile.
    """
    with transaction.atomic():
        kept = _own(server)
        health = ServerHealth.objects.filter(server=kept).first()
        shown = health.shown if health else ""
        if not shown or not same_fingerprint(fingerprint(shown), sha256):
            raise NotAccepted("certificate", "another_certificate")
        facts = {"code": kept.code, "before": fingerprint_of(kept.certificate), "now": fingerprint(shown)}
        kept.certificate = shown
        kept.save(update_fields=["certificate"])
        record(
            "server.certificate_pinned",
            subject=("server", kept.id),
            customer_id=None,
            at=at,
            actor=by,
            facts=facts,
        )


def fingerprint_of(certificate: str) -> str:
    """Empty where there is none."""
    try:
        return fingerprint(certificate) if certificate else ""
    except NotACertificate:
        return ""


def _free(code: str, before: Server | None) -> Server | None:
    """The retired server whose place can be taken, if one had that code. Accounts that are still on it would be looked
    for on another machine."""
    if before is not None and before.retired_at is None:
        raise NotAccepted("code", "code_taken", code)
    if before is not None and across_customers_services_on(before).exists():
        raise NotAccepted("code", "code_lives", code)
    return before


def _own(server: Server) -> Server:
    kept = Server.objects.select_for_update().get(id=server.id)
    if not kept.by_hand:
        raise NotAccepted("", "in_the_file")
    return kept


def _write(server: Server, said: Written, language: str) -> None:
    if not said.may_refer and any("$" in text for text in (said.url, *said.settings.values())):
        raise NotAccepted("url" if "$" in said.url else "settings", "no_reference")
    try:
        server.url = address(said.url) if said.url else ""
    except ValueError:
        raise NotAccepted("url", "url_shape") from None
    harmless = no_secrets(server.driver)
    references, plain = {}, {}
    for name, text in said.settings.items():
        if REFERENCE.fullmatch(text):
            references[name] = text
        elif name in harmless:
            plain[name] = text
        else:
            raise NotAccepted("settings", "is_secret", name)
    fresh = {name: sealed(secret) for name, secret in said.secrets.items()}
    server.names = {**(server.names or {}), language: said.name or server.code}
    server.options, server.credentials = plain, references
    server.sealed = {
        name: text for name, text in {**server.sealed, **fresh}.items() if name not in references
    }
    missing = lacking(server.driver, server.url, {**plain, **references, **server.sealed})
    if missing:
        raise NotAccepted("url" if missing == ("url",) else "settings", "lacks", ", ".join(missing))


def _elsewhere(before: str, after: str) -> bool:
    return urlsplit(before)[:2] != urlsplit(after)[:2]
