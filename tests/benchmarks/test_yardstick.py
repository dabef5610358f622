"""The statement that renewals are measured against writes the very rows that they write."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from benchmarks.renewals import DUE, HERE, statement_arguments
from palier.people.models import Customer
from palier.subscriptions.models import Subscription
from palier.subscriptions.renew import renew_due
from tests.large_host import large_host
from tests.subscriptions.test_renew import TABLES
from tests.world import World

COUNT = 300
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@pytest.mark.django_db
def test_it_writes_the_same_rows(world: World) -> None:
    large_host(world.subscribe("web-a"), COUNT - 1)
    ours = rows_after(lambda: renew_due(world.house, DUE))
    theirs = rows_after(by_the_statement)
    assert len(ours["billing_invoice"]) == COUNT + 1
    for table, rows in ours.items():
        assert theirs[table] == rows


def by_the_statement() -> None:
    with connection.cursor() as cursor:
        cursor.execute((HERE / "renewal.sql").read_text(), statement_arguments())


def rows_after(act: Callable[[], Any]) -> dict[str, list[str]]:
    """All that is in the tables once it is done, sorted, new ids as stars; then it is undone."""
    known = {
        str(key) for model in (Customer, Subscription) for key in model.objects.values_list("id", flat=True)
    }
    with transaction.atomic():
        act()
        found = {table._meta.db_table: sorted(_rows(table._meta.db_table, known)) for table in TABLES}
        transaction.set_rollback(True)
    return found


def _rows(table: str, known: set[str]) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT (to_jsonb(row) - 'recorded_at')::text FROM {table} row")
        for (text,) in cursor.fetchall():
            yield ID.sub(
                lambda found: found[0] if found[0] in known else "*",
                json.dumps(json.loads(text), sort_keys=True),
            )
