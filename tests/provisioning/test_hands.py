"""The threads that talk to servers, and their connections to the database."""

import asyncio

import pytest
from django.db import connection

from palier.provisioning.hands import in_hand
from palier.provisioning.models import Server

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_thread_whose_connection_was_cut_takes_another_for_its_next_task() -> None:
    """The database has started anew: every thread of every worker held a connection to the old one."""
    seen: list[int] = []

    def look() -> None:
        Server.objects.count()
        seen.append(connection.connection.info.backend_pid)

    asyncio.run(in_hand(look))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [seen[0]])
    asyncio.run(in_hand(look))

    assert len(set(seen)) == 2
    asyncio.run(in_hand(lambda: connection.close()))
