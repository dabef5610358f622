"""Make the provider, the catalogue and the servers what a file says: all of it or nothing."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from palier.catalog.applied import Applied, Counts
from palier.catalog.apply import apply, locked_version
from palier.catalog.file.document import Document
from palier.catalog.file.entries import ProviderEntry, ServerEntry
from palier.catalog.file.fields import WEEKDAYS
from palier.catalog.file.problems import InvalidCatalogue
from palier.catalog.file.read import read
from palier.people.write_provider import write_provider
from palier.provisioning.mark_plans import mark_all_plans
from palier.provisioning.models import Server
from palier.provisioning.queries import servers_by_hand


def apply_catalogue(path: Path, at: datetime) -> Applied:
    """Read the file and apply all of it in one transaction. The same file twice changes nothing.

    Raises `InvalidCatalogue` with every problem of the file, or of what it would change and may not.
    """
    return apply_document(read_catalogue(path), at)


def read_catalogue(path: Path) -> Document:
    """The file, whose products may live on servers that were added by hand. Raises `InvalidCatalogue`."""
    return read(path, servers_by_hand())


def apply_document(document: Document, at: datetime) -> Applied:
    with transaction.atomic():
        locked_version()
        _check_servers(document)
        provider = _write_provider(document.catalogue.provider)
        servers = _write_servers(document.catalogue.servers, at)
        applied = apply(document, at, {"provider": provider, "servers": servers})
        if not applied.is_nothing:
            mark_all_plans(at)
        return applied


def _check_servers(document: Document) -> None:
    """A server that was added by hand may have been retired since the file was read."""
    known = {*document.catalogue.servers, *servers_by_hand()}
    gone = [
        document.problem(("products", code, "server"), f"“{product.server}” was retired: place it elsewhere")
        for code, product in document.catalogue.products.items()
        if product.server not in known
    ]
    if gone:
        raise InvalidCatalogue(gone)


def _write_provider(provider: ProviderEntry) -> Counts:
    outcome = write_provider(provider_columns(provider))
    if outcome == "unchanged":
        return Counts(unchanged=1)
    return Counts(added=(provider.name,)) if outcome == "added" else Counts(changed=(provider.name,))


def provider_columns(provider: ProviderEntry) -> dict[str, Any]:
    hours = provider.working_hours
    return {
        "name": provider.name,
        "legal_name": provider.legal_name,
        "address": provider.address.strip(),
        "country": provider.country,
        "email": provider.email,
        "phone": provider.phone,
        "website": provider.website,
        "language": provider.language,
        "currency": provider.currency,
        "time_zone": provider.time_zone,
        "working_hours": {
            "days": sorted(WEEKDAYS.index(day) for day in set(hours.days)),
            "opens": hours.opens,
            "closes": hours.closes,
            "holidays": sorted(day.isoformat() for day in set(provider.holidays)),
        },
        "payment_terms": provider.payment_terms,
        "invoice_days_ahead": provider.invoice_days_ahead,
        "dunning": provider.dunning.written,
    }


def _write_servers(wanted: Mapping[str, ServerEntry], at: datetime) -> Counts:
    """A server that the file drops is retired: its services stay on it, and no new one goes there. One that was added
    by hand is left alone, until the file declares it: then it is as the file says, and keeps no secret of its own."""
    rest = {server.code: server for server in Server.objects.select_for_update()}
    added: list[str] = []
    changed: list[str] = []
    unchanged = 0
    for code, entry in wanted.items():
        server = rest.pop(code, None)
        columns = server_columns(entry)
        if server is None:
            Server.objects.create(code=code, **columns)
            added.append(code)
        elif server.retired_at is None and all(
            getattr(server, name) == value for name, value in columns.items()
        ):
            unchanged += 1
        else:
            (changed if server.retired_at is None else added).append(code)
            Server.objects.filter(pk=server.pk).update(**columns, retired_at=None)
    retired = [code for code, server in rest.items() if server.retired_at is None and not server.by_hand]
    Server.objects.filter(code__in=retired).update(retired_at=at)
    return Counts(tuple(added), tuple(changed), tuple(retired), unchanged=unchanged)


def server_columns(server: ServerEntry) -> dict[str, Any]:
    return {
        "names": server.name,
        "driver": server.driver,
        "url": server.url,
        "options": server.options,
        "certificate": server.certificate,
        "credentials": server.credentials,
        "margin": server.margin,
        "sampled_every_hours": server.sampled_every_hours,
        "at_once": server.at_once,
        "sealed": {},
        "by_hand": False,
    }
