"""Guards that nothing switches off but whoever owns the tables, and says so.

The triggers of the models refuse an edit or a deletion row by row. Three things would go around them, and do not:

- a setting of the session that the library which installs them asks about first. We never want that of a ledger; and
  asking raises and catches an error inside PostgreSQL for every row, which took most of the time of a chunk of
  renewals, the more the longer it was;
- a session that takes itself for a replica (`session_replication_role`), for which ordinary triggers rest;
- emptying a table (`TRUNCATE`), which meets no row.

Installing a trigger writes the first anew and forgets the second, so this follows the migrations. The owner of a table
can still take a guard off: the books are checked for that (palier/books/checks/guards.py), and in production web and
worker are not the owner (docs/how-to/run-in-production.md).
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pgtrigger
from django.db import connection

#: Refuses to empty a table; one for each table whose rows are kept.
NEVER_EMPTIED = "palier_never_emptied"

_REFUSE = """
    CREATE OR REPLACE FUNCTION palier_refuse_to_empty() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'the rows of % are kept: it is never emptied', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END $$
"""
_NEVER_IGNORED = """
    CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name) RETURNS boolean
        LANGUAGE sql IMMUTABLE AS 'SELECT false'
"""

Guard = tuple[str, str]


def keep_triggers_on() -> bool:
    """Put every guard in its place; False when each was there already."""
    with connection.cursor() as cursor:
        missing = guards_off()
        if not missing:
            return False
        cursor.execute(_NEVER_IGNORED)
        cursor.execute(_REFUSE)
        for table, guard in missing:
            if guard == NEVER_EMPTIED:
                cursor.execute(
                    f"CREATE OR REPLACE TRIGGER {guard} BEFORE TRUNCATE ON {table}"
                    " FOR EACH STATEMENT EXECUTE FUNCTION palier_refuse_to_empty()"
                )
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {guard}")
    return True


def let_be_emptied(tables: list[str]) -> None:
    """Take off what refuses to empty these: for the demo, which forgets its world; `keep_triggers_on` puts it back."""
    with connection.cursor() as cursor:
        for table, guard in guards():
            if guard == NEVER_EMPTIED and table in tables:
                cursor.execute(f"DROP TRIGGER IF EXISTS {guard} ON {table}")


def guards_off() -> list[Guard]:
    """The guards, by table and name, that are missing, resting or of use to nobody but a primary."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname::text FROM pg_trigger"
            " WHERE NOT tgisinternal AND tgenabled = 'A'"
        )
        on: set[Any] = set(cursor.fetchall())
    return [guard for guard in guards() if guard not in on]


@cache
def guards() -> tuple[Guard, ...]:
    """All of them, as the models say."""
    return tuple(dict.fromkeys(_guards()))


def _guards() -> Iterator[Guard]:
    for model, trigger in pgtrigger.registered():
        yield model._meta.db_table, trigger.get_pgid(model)
        if isinstance(trigger, pgtrigger.Protect):
            yield model._meta.db_table, NEVER_EMPTIED
