"""Accepts and offers a second, against pgbench running the very statements of one accept.

The statements are recorded from a real accept; what names that one change becomes a variable, so that pgbench does
the same work for a fresh subscription each time.
"""

import os
import re
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from palier.core.periods import BillingCycle
from palier.core.pricing import Configuration
from palier.events.record import Actor
from palier.plan_changes.accept import accept
from palier.plan_changes.facts import situation
from palier.plan_changes.offer import offer

TARGET = Configuration("web-b", BillingCycle("monthly"))
#: psycopg writes a UUID with its hyphens or without.
UUID_LITERAL = re.compile(r"\b[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}\b")
KEY_LITERAL = re.compile(r"bench-[0-9a-z]+")

Pair = tuple[UUID, UUID]


def offered(pairs: Sequence[Pair], world: Any) -> tuple[list[tuple[Pair, str]], float]:
    """Tokens for each subscription, and how many offers a second that was (one thread)."""
    began = time.perf_counter()
    tokens = [(pair, offer(situation(*pair, world.now, house=world.house), TARGET).token) for pair in pairs]
    return tokens, len(pairs) / (time.perf_counter() - began)


def accept_one(pair: Pair, token: str, world: Any) -> None:
    accept(
        token,
        customer_id=pair[0],
        by=Actor("user", world.alice.id),
        idempotency_key=f"bench-{uuid4().int}",
        house=world.house,
        at=world.now,
    )


def accepts_a_second(tokens: list[tuple[Pair, str]], world: Any, processes: int) -> float:
    """All of them accepted, by so many processes, one after the other in each."""
    connections.close_all()
    began = time.perf_counter()
    children = []
    for number in range(processes):
        child = os.fork()
        if child == 0:
            status = 1
            try:
                for pair, token in tokens[number::processes]:
                    accept_one(pair, token, world)
                status = 0
            finally:
                os._exit(status)
        children.append(child)
    if any(os.waitpid(child, 0)[1] for child in children):
        raise RuntimeError("an accept failed")
    return len(tokens) / (time.perf_counter() - began)


def recorded(pair: Pair, token: str, world: Any) -> list[str]:
    """The statements of one accept, as PostgreSQL was sent them."""
    with CaptureQueriesContext(connection) as captured:
        accept_one(pair, token, world)
    skipped = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return [found["sql"] for found in captured.captured_queries if not found["sql"].startswith(skipped)]


def script(statements: list[str], pair: Pair, user_id: UUID) -> str:
    """The statements as a pgbench script over the table bench_pool, each time for the next subscription."""
    known = {pair[0].hex: "customer", pair[1].hex: "subscription"}
    fresh = _new_ids(statements, {*known, user_id.hex})
    known |= {literal: f"fresh{number}" for number, literal in enumerate(fresh)}
    variables = ", ".join(f"gen_random_uuid() AS fresh{number}" for number in range(len(fresh)))
    lines = [
        f"SELECT customer, subscription, {variables}, gen_random_uuid() AS key "  # noqa: S608 -- all of it is ours
        "FROM bench_pool WHERE n = (SELECT nextval('bench_next')) \\gset",
        "BEGIN;",
    ]
    for statement in statements:
        text = UUID_LITERAL.sub(lambda found: _variable(found[0], known), " ".join(statement.split()))
        lines.append(KEY_LITERAL.sub(":key", text) + ";")
    return "\n".join([*lines, "COMMIT;", ""])


def _variable(literal: str, known: dict[str, str]) -> str:
    name = known.get(literal.replace("-", ""))
    return f":{name}" if name else literal


def _new_ids(statements: list[str], known: set[str]) -> list[str]:
    """Ids that this accept made: those that are written before they are ever asked for."""
    is_new: dict[str, bool] = {}
    for text in statements:
        for found in UUID_LITERAL.finditer(text):
            is_new.setdefault(found[0].replace("-", ""), not text.startswith("SELECT"))
    return [found for found, new in is_new.items() if new and found not in known and found[12] == "7"]


def pgbench_a_second(
    pgbench: Path, url: str, text: str, pairs: Sequence[Pair], clients: int, folder: Path
) -> float:
    """Transactions a second of that script, by so many connections, over these subscriptions."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_pool")
        cursor.execute("CREATE TABLE bench_pool (n bigint PRIMARY KEY, customer uuid, subscription uuid)")
        cursor.execute("DROP SEQUENCE IF EXISTS bench_next")
        cursor.execute("CREATE SEQUENCE bench_next")
        cursor.executemany(
            "INSERT INTO bench_pool VALUES (%s, %s, %s)",
            [(number, *pair) for number, pair in enumerate(pairs, start=1)],
        )
    path = folder / "accept.sql"
    path.write_text(text)
    done = subprocess.run(
        [
            str(pgbench),
            "-n",
            "-f",
            str(path),
            "-c",
            str(clients),
            "-j",
            "2",
            "-t",
            str(len(pairs) // clients),
            url,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    if found is None or "failed" in done.stderr or done.returncode:
        raise RuntimeError(f"pgbench: {done.stderr[-800:]}")
    return float(found[1])
