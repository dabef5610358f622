"""Renewals a second, against one hand-written statement that writes the same rows (renewal.sql), on the same data.

Each measure has a database of its own, a copy of one and the same. `python -m benchmarks.renewals` is one process that
renews: it waits for a line, so that two begin together, and says what it did.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

HERE = Path(__file__).parent
DUE = datetime(2026, 12, 7, 15, tzinfo=UTC)
STARTS_ON, UNTIL_ON = date(2026, 12, 14), date(2027, 1, 14)


@dataclass(frozen=True)
class Pace:
    """Subscriptions a second, and the most memory that a process took, in megabytes."""

    a_second: float
    megabytes: float = 0


def paces(url: str, subscription: Any, size: int) -> dict[str, Pace]:
    """Of the statement, of one process, of two, and of one that renews a tenth as many."""
    whole = _template(url, "renewals", subscription, size)
    tenth = _template(url, "renewals_tenth", subscription, size // 10)
    return {
        "statement": _statement(url, whole, size),
        "one": _processes(url, whole, size, 1),
        "two": _processes(url, whole, size, 2),
        "tenth": _processes(url, tenth, size // 10, 1),
    }


def _template(url: str, name: str, subscription: Any, count: int) -> str:
    """A database like the one at `url`, with so many subscriptions that are due the same day."""
    from django.db import connections

    from tests.large_host import large_host

    settings = connections["default"].settings_dict
    before = settings["NAME"]
    connections["default"].close()
    _copy(url, before, name)
    settings["NAME"] = name
    try:
        large_host(subscription, count - 1)
        with connections["default"].cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    finally:
        connections["default"].close()
        settings["NAME"] = before
    return name


def _copy(url: str, template: str, name: str) -> str:
    """A copy of a database, written out to the disk; its address."""
    with psycopg.connect(_at(url, "postgres"), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"'.encode())
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY'.encode())
        connection.execute("CHECKPOINT")
    return _at(url, name)


def _at(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _statement(url: str, template: str, size: int) -> Pace:
    address = _copy(url, template, "measured")
    began = time.perf_counter()
    with psycopg.connect(address, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute((HERE / "renewal.sql").read_bytes(), statement_arguments())
        connection.commit()
    seconds = time.perf_counter() - began
    _check(address, size)
    return Pace(size / seconds)


def statement_arguments() -> dict[str, Any]:
    """What the statement is told: who sells, what things are called, how the days are written."""
    from palier.billing.issue import supplier_json
    from palier.catalog import snapshot
    from palier.core.tax_due import Buyer
    from palier.events.record import EVENTS_A_TASK
    from palier.people.queries import provider
    from palier.words.dates import long_day
    from palier.words.document_lines import line_text

    catalog, host, languages = snapshot.current(), provider(), ("fr", "en")
    web = catalog.products["web"]
    rates = catalog.taxes_due(web, host.country, Buyer("CA-QC", "", ()), DUE.date()).rates
    names = {plan.code: dict(plan.names) for plan in web.plans}
    names |= {option.code: dict(option.names) for option in web.options}
    blanks = dict.fromkeys(("label", "start_on", "until_on", "plan", "option"), "%s") | {"quantity": 1}
    told = {
        "names": names,
        "taxes": {
            language: [
                {
                    "code": rate.code,
                    "name": catalog.tax_names[rate.code][language],
                    "rate": str(rate.rate),
                    "number": rate.number,
                }
                for rate in rates
            ]
            for language in languages
        },
        "suppliers": {language: supplier_json(host, language) | {"numbers": []} for language in languages},
        "days": {
            language: {str(day): long_day(day, language) for day in (STARTS_ON, UNTIL_ON)}
            for language in languages
        },
        "sentences": {
            language: {code: line_text(code, blanks, language) for code in ("period", "option")}
            for language in languages
        },
    }
    return {name: json.dumps(value) for name, value in told.items()} | {
        "on": DUE.date(),
        "at": DUE,
        "until_on": STARTS_ON,
        "events_a_task": EVENTS_A_TASK,
    }


def _processes(url: str, template: str, size: int, count: int) -> Pace:
    """So many of them at once: from the word to the end of the last one."""
    address = _copy(url, template, "measured")
    children = [_child(address) for _ in range(count)]
    for child in children:
        assert child.stdout is not None
        child.stdout.readline()
    began = time.perf_counter()
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    told = [json.loads(child.communicate()[0]) for child in children]
    seconds = time.perf_counter() - began
    if sum(one["count"] for one in told) != size:
        raise RuntimeError(f"{told} is not {size}")
    _check(address, size)
    return Pace(size / seconds, max(one["megabytes"] for one in told))


def _child(address: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.renewals"],
        env={**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "benchmarks.settings"},
        cwd=HERE.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _check(address: str, size: int) -> None:
    """That it wrote what the others wrote: as many rows, of as much money, numbered without a gap."""
    with psycopg.connect(address) as connection:
        found = dict(_sums(connection))
    wrong = {name: value for name, value in found.items() if value != size}
    if wrong:
        raise RuntimeError(f"of {size} renewals, the rows say {wrong}")


def _sums(connection: psycopg.Connection[Any]) -> Iterator[tuple[str, int]]:
    queries = {
        "invoices": "SELECT count(*) FROM billing_invoice WHERE issued_at = %(due)s",
        "numbers": "SELECT count(DISTINCT number) FROM billing_invoice WHERE issued_at = %(due)s",
        "entries": "SELECT count(*) FROM ledger_journalentry WHERE at = %(due)s",
        "periods": "SELECT count(*) FROM subscriptions_period WHERE start_on = %(on)s",
        "events": "SELECT count(*) FROM events_event WHERE at = %(due)s",
        "postings": "SELECT count(*) / 4 FROM ledger_posting p JOIN ledger_journalentry e ON e.id = p.entry_id"
        " WHERE e.at = %(due)s",
        "queued": "SELECT count(DISTINCT event_id) FROM procrastinate_jobs,"
        " jsonb_array_elements_text(args->'event_ids') event_id JOIN events_event e ON e.id = event_id::uuid"
        " WHERE e.at = %(due)s",
    }
    for name, query in queries.items():
        row = connection.execute(query.encode(), {"due": DUE, "on": STARTS_ON}).fetchone()
        assert row is not None
        yield name, row[0]


def main() -> None:
    import django

    django.setup()
    from palier.reactions import house
    from palier.subscriptions.renew import renew_due

    now = house()
    _say("ready")
    sys.stdin.readline()
    renewed = renew_due(now, DUE)
    _say(json.dumps({"count": renewed.count, "megabytes": _peak_megabytes()}))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _peak_megabytes() -> float:
    """Of this program: what `getrusage` says begins with the memory of the process that started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main()
