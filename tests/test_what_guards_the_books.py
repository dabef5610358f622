"""The guards of the books hold whatever a session asks for, and web and worker may not take them off."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from palier.books import violations
from palier.events.always_on import NEVER_EMPTIED, guards, guards_off, keep_triggers_on
from palier.events.keys import new_id
from palier.ledger.models import JournalEntry
from palier.plan_changes.models import PlanChange
from tests.lived import Lived, LiveOnce
from tests.test_what_the_database_refuses import refused
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

HOW_TO = Path(__file__).parent.parent / "docs" / "how-to" / "run-in-production.md"
OF_THE_BOOKS = [
    "ledger_posting",
    "ledger_journalentry",
    "billing_invoice",
    "billing_creditnoteline",
    "events_event",
]


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture(scope="module")
def lived(live_once: LiveOnce) -> Lived[PlanChange]:
    return live_once(lambda world: world.change(world.subscribe("web-a"), "web-b"))


@pytest.fixture
def world(again: tuple[World, PlanChange]) -> World:
    return again[0]


@pytest.fixture
def change(again: tuple[World, PlanChange]) -> PlanChange:
    return again[1]


def test_a_session_that_takes_itself_for_a_replica_is_guarded_all_the_same(change: PlanChange) -> None:
    run("SET LOCAL session_replication_role = replica")
    with refused("Cannot update"):
        run("UPDATE ledger_posting SET amount = amount + 1")
    with refused("Cannot update or delete"):
        run("DELETE FROM ledger_journalentry")
    with refused("never edited"):
        run("UPDATE billing_invoice SET total = total + 1")
    entry = new_id()
    with refused("does not balance"):
        JournalEntry.objects.create(
            id=entry, customer_id=change.customer_id, kind="odd", source_kind="x", source_id=new_id(),
            currency="CAD", on=NOW.date(), at=NOW,
        )  # fmt: skip
        run(
            "INSERT INTO ledger_posting (id, customer_id, entry_id, account, amount, currency)"
            f" VALUES ('{new_id()}', '{change.customer_id}', '{entry}', 'revenue', -1, 'CAD')"
        )


def test_a_session_that_asks_to_ignore_triggers_is_not_heard(change: PlanChange) -> None:
    run(
        "SET LOCAL pgtrigger.ignore = '{ledger_posting:posting_append_only,pgtrigger_posting_append_only_2acf6}'"
    )
    with refused("Cannot update"):
        run("UPDATE ledger_posting SET amount = amount + 1")


@pytest.mark.parametrize("table", sorted(table for table, guard in guards() if guard == NEVER_EMPTIED))
def test_a_table_whose_rows_are_kept_is_never_emptied(table: str) -> None:
    with refused("are kept: it is never emptied"):
        run(f"TRUNCATE {table} CASCADE")


def test_the_tables_of_the_books_are_among_those_that_are_never_emptied() -> None:
    assert {(table, NEVER_EMPTIED) for table in OF_THE_BOOKS} <= set(guards())


def test_a_guard_that_its_owner_took_off_is_found_and_put_back() -> None:
    run("ALTER TABLE ledger_posting DISABLE TRIGGER USER")
    run(f"DROP TRIGGER {NEVER_EMPTIED} ON billing_invoice")
    found = {table for table, _ in guards_off()}
    assert found == {"ledger_posting", "billing_invoice"}
    assert {violation.subject for violation in violations()} == {f"table {table}" for table in found}
    assert keep_triggers_on()
    assert violations() == []
    assert not keep_triggers_on()
    with refused("kept"):
        run("TRUNCATE billing_invoice CASCADE")


# Web and worker are not the owner ---------------------------------------------------------------------------


@pytest.fixture
def ordinary(db: None) -> Iterator[str]:
    """The role that the how-to has the host make, by the statements that stand there."""
    name = f"palier_app_{new_id().hex}"
    (block,) = re.findall(r"```sql\n(CREATE ROLE.*?)```", HOW_TO.read_text("utf-8"), re.DOTALL)
    run("CREATE ROLE palier_test_owner")
    run(block.replace("palier_app", name).replace("FOR ROLE palier ", "FOR ROLE palier_test_owner "))
    run(f"SET ROLE {name}")
    return name
    # The transaction of the test takes both roles with it.


def test_an_ordinary_role_can_do_all_that_web_and_worker_do(world: World, ordinary: str) -> None:
    subscription = world.subscribe("web-a", label="other.example", account="other")
    assert world.change(subscription, "web-b").state == "done"
    world.pass_time(NOW.replace(month=12, day=15))
    assert subscription.periods.count() == 2
    assert violations() == []


AROUND = [
    "ALTER TABLE ledger_posting DISABLE TRIGGER USER",
    "ALTER TABLE ledger_posting DISABLE TRIGGER ALL",
    f"DROP TRIGGER {NEVER_EMPTIED} ON ledger_posting",
    "DROP TABLE ledger_posting CASCADE",
    "TRUNCATE ledger_posting",
    "SET session_replication_role = replica",
    "CREATE OR REPLACE FUNCTION palier_refuse_to_empty() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "UPDATE pg_trigger SET tgenabled = 'D'",
]


@pytest.mark.parametrize("statement", AROUND)
def test_an_ordinary_role_cannot_take_a_guard_off(world: World, ordinary: str, statement: str) -> None:
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
        run(statement)


def test_an_ordinary_role_edits_nothing_of_the_ledger(change: PlanChange, ordinary: str) -> None:
    with refused("Cannot update"):
        run("UPDATE ledger_posting SET amount = amount + 1")
    with refused("Cannot update or delete"):
        run("DELETE FROM ledger_posting")
