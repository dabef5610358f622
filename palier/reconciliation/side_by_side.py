"""Compare services with their panels, some servers side by side: one that is slow or silent delays no other.

The services of each server are in a line of their own, compared one after the other. A few threads take the lines in
turn, one service at a time, so that neither a long line nor a slow one keeps another from its turn.
"""

import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from uuid import UUID

import structlog
from django.db import connection

from palier.drivers.errors import PanelError
from palier.provisioning import lease
from palier.provisioning.circuit import Down
from palier.provisioning.hands import are_stopping, give_way
from palier.provisioning.models import Service
from palier.provisioning.panels import NotConfigured
from palier.reconciliation.queries import (
    across_customers_not_found,
    across_customers_to_compare,
    is_to_compare,
    not_compared_since,
)
from palier.reconciliation.reconcile import reconcile
from palier.subscriptions.bill_period import House

log = structlog.get_logger()

EVERY = timedelta(days=1)
#: Servers that are asked at the same time, each one thing; every thread has a connection to the database.
SIDE_BY_SIDE = 8


@dataclass(frozen=True)
class Run:
    """What was compared since `before` is not compared again; what a panel said less than `fresh` ago is not asked for
    again. Nothing is begun after `ends_at` (of the monotonic clock), nor at a server that has taken `line_seconds`.
    `twice`: what is not there is looked for once more at the end of its line."""

    house: House
    at: datetime
    before: datetime
    fresh: timedelta
    ends_at: float = inf
    line_seconds: float = inf
    twice: bool = False

    @property
    def goes_on(self) -> bool:
        return time.monotonic() < self.ends_at and not are_stopping()


@dataclass
class Line:
    """What is to be compared with one server, as (customer, subscription), and how many `seconds` that has taken."""

    server_id: UUID
    waiting: deque[tuple[UUID, UUID]]
    seconds: float = 0.0
    is_silent: bool = False
    looked_twice: bool = False


def lines_before(before: datetime, most: int | None = None) -> deque[Line]:
    """What was not compared since, `most` of each server."""
    found = across_customers_to_compare(before, most)
    return deque(Line(server_id, deque(waiting)) for server_id, waiting in found.items())


def compare_side_by_side(lines: deque[Line], run: Run) -> int:
    """How many were compared. A line leaves `lines` when it is through: what is in there afterwards had no time.

    Call it outside a transaction.
    """
    width = min(SIDE_BY_SIDE, len(lines))
    with ThreadPoolExecutor(SIDE_BY_SIDE, "compare", initializer=give_way) as threads:
        turns = [threads.submit(copy_context().run, _take_turns, lines, run) for _ in range(width)]
    return sum(each.result() for each in turns)


def _take_turns(lines: deque[Line], run: Run) -> int:
    """Until no line is free: each that is left then is in the hands of another thread."""
    compared = 0
    try:
        while run.goes_on and (line := _free(lines)) is not None:
            began = time.monotonic()
            compared += _next_is_compared(line, run)
            line.seconds += time.monotonic() - began
            if _has_more(line, run):
                lines.append(line)
    finally:
        connection.close()
    return compared


def _free(lines: deque[Line]) -> Line | None:
    try:
        return lines.popleft()
    except IndexError:
        return None


def _next_is_compared(line: Line, run: Run) -> bool:
    """What another run has compared meanwhile is left as it is."""
    customer_id, subscription_id = line.waiting.popleft()
    if not is_to_compare(customer_id, subscription_id, run.before):
        return False
    is_compared = _is_compared(customer_id, subscription_id, line, run)
    _across_customers_note(line, [subscription_id], is_compared, run)
    return is_compared


def _is_compared(customer_id: UUID, subscription_id: UUID, line: Line, run: Run) -> bool:
    """A server that is silent is left alone after one try, with all that is on it; an account that it says no to, by
    itself."""
    try:
        reconcile(customer_id, subscription_id, house=run.house, at=run.at, fresh=run.fresh)
    except (PanelError, NotConfigured) as error:
        line.is_silent = isinstance(error, NotConfigured | Down) or error.no_answer
        log.warning(
            "service_not_compared",
            server_id=str(line.server_id),
            error=type(error).__name__,
            silence=line.is_silent,
        )
        return False
    except (lease.InUse, lease.LeaseLost):
        return False
    except Exception:
        # A fault of ours, with one service: the others go on.
        log.exception("service_not_compared", server_id=str(line.server_id))
        return False
    return True


def _has_more(line: Line, run: Run) -> bool:
    if line.is_silent:
        _across_customers_note(line, [subscription_id for _, subscription_id in line.waiting], False, run)
        return False
    if line.waiting and line.seconds > run.line_seconds:
        log.warning("server_compared_in_part", server_id=str(line.server_id), left=len(line.waiting))
        return False
    if not line.waiting and run.twice and not line.looked_twice:
        line.looked_twice = True
        line.waiting.extend(across_customers_not_found(line.server_id, run.before))
    return bool(line.waiting)


def _across_customers_note(line: Line, subscription_ids: list[UUID], are_compared: bool, run: Run) -> None:
    """Also of what has nothing to compare, so that it does not come first again. What could not be compared goes to the
    end of those that wait, as if that had been done a day ago: nothing that fails each time holds up the others."""
    there = Service.objects.filter(server=line.server_id, subscription_id__in=subscription_ids)
    there.filter(not_compared_since(run.before)).update(
        compared_at=run.at if are_compared else run.at - EVERY - timedelta(seconds=1)
    )
