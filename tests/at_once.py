"""Two acts at the same moment, each on a connection of its own."""

import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction


def while_first_holds(
    first: Callable[[], Any], second: Callable[[], Any], then: Callable[[], Any] = lambda: None
) -> Any:
    """What `second` comes to, a value or an error, when it begins while `first` is done and not yet committed.

    `then` is what the first goes on to do once the second waits for it.
    """
    came_to: list[Any] = []

    def run() -> None:
        try:
            came_to.append(second())
        except Exception as error:
            came_to.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        first()
        thread.start()
        wait_until_someone_waits_for_a_lock()
        then()
    thread.join()
    return came_to[0]


def wait_until_someone_waits_for_a_lock() -> None:
    """For one that this connection holds."""
    for _ in range(1000):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("nobody waited")


def on_another_connection(act: Callable[[], Any]) -> Any:
    """What an act comes to that sees nothing of this connection's transaction. It must not wait for it."""
    came_to: list[Any] = []

    def run() -> None:
        try:
            came_to.append(act())
        except Exception as error:
            came_to.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return came_to[0]
