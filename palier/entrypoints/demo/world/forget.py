"""Forget a world: every row that a customer, a person or the catalogue has left, in one statement.

Tables whose rows are kept refuse to be emptied: their owner takes that guard off, and puts it back at once. What a
running worker needs to go on (its own entry, the jobs it holds) stays, and the catalogue's version goes on counting,
because every process keeps the catalogue it has read under that number.
"""

from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.db import connection

from palier.catalog import snapshot
from palier.catalog.models import Version
from palier.events.always_on import keep_triggers_on, let_be_emptied
from palier.people.queries import provider_at_version

#: Django's tables that name a person, beside our own.
ALSO = ("sessions", "account")


def forget_everything() -> None:
    """Empty the database; to be called in the transaction that fills it again."""
    number = snapshot.version()
    tables = list(_tables())
    quoted = ", ".join(connection.ops.quote_name(table) for table in tables)
    let_be_emptied(tables)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {quoted}")
        cursor.execute("DELETE FROM procrastinate_jobs WHERE status <> 'doing'")
    keep_triggers_on()
    Version.objects.create(pk=1, number=number)


def forget_what_was_read() -> None:
    """What this process itself has kept of the old world."""
    snapshot.at_version.cache_clear()
    provider_at_version.cache_clear()


def _tables() -> Iterator[str]:
    for config in apps.get_app_configs():
        if config.name.startswith("palier.") or config.label in ALSO:
            for model in config.get_models(include_auto_created=True):
                if model._meta.managed:
                    yield model._meta.db_table
    yield settings.CACHES["default"]["LOCATION"]
