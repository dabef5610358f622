"""Triggers that no setting switches off.

The library that installs ours has each of them ask first whether a setting of the session says to ignore it. We never
want that of a ledger; and asking raises and catches an error inside PostgreSQL for every row, which took most of the
time of a chunk of renewals, the more the longer it was. Installing a trigger writes that question anew, so this follows
the migrations.
"""

from django.db import connection


def keep_triggers_on() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name) RETURNS boolean"
            " LANGUAGE sql IMMUTABLE AS 'SELECT false'"
        )
