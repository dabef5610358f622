"""Go around the guards of the books, as whoever owns the tables could: for tests of what is found then."""

from django.db import connection

from palier.events.always_on import keep_triggers_on

_EACH_TABLE = """
    DO $$ DECLARE name regclass; BEGIN
        FOR name IN SELECT DISTINCT tgrelid::regclass FROM pg_trigger LOOP
            EXECUTE format('ALTER TABLE %s {} TRIGGER ALL', name);
        END LOOP;
    END $$
"""


def take_guards_off() -> None:
    """Until the transaction ends, or `put_guards_back`: triggers rest, and foreign keys with them."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(_EACH_TABLE.format("DISABLE"))


def put_guards_back() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_EACH_TABLE.format("ENABLE"))
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    keep_triggers_on()
