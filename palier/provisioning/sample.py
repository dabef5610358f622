"""Measure what every service uses, every few hours: without hurry, and with one round at a time.

One thread chooses and writes; others ask the panels, and touch no database. Nobody waits for this, so it takes no
lease: what a panel says is written only where no act has come between, which the fencing number tells
(write_measures.py).

A server is asked one thing until it has answered, then a few at a time, if it bears as many (`at_once`); one that does
not answer is left alone until the next round (circuit.py), so that the silent ones delay no other. The oldest measures
are taken again first, and no more in a round than keeps them spread over the hours.
"""

import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

import structlog
from django.core.cache import caches
from django.db.models import Q, QuerySet

from palier.drivers.errors import NotThere, PanelError
from palier.drivers.panel import Capability, State
from palier.events.alone import alone
from palier.events.clock import real_now
from palier.provisioning import circuit
from palier.provisioning.hands import are_stopping, give_way
from palier.provisioning.models import Circuit, Server, Service
from palier.provisioning.panels import NotConfigured, capabilities_of, panel_of
from palier.provisioning.queries import servers
from palier.provisioning.write_measures import Answer, write_measures

log = structlog.get_logger()

#: Requests under way, in all and for one server that answers.
IN_FLIGHT, PER_SERVER = 20, 4
#: Answers written at a time, and the longest that one waits to be written, in seconds.
CHUNK, PATIENCE = 200, 2.0
#: A round begins nothing more after this. The next one begins a minute after it began.
ROUND = timedelta(minutes=1)
ROUND_SECONDS = 45.0
#: How long the number of a server's services is believed, in seconds.
COUNTED_FOR = 300
_LOCK = b"sample"


@dataclass
class _Line:
    """What is to be asked of one server."""

    server: Server
    waiting: deque[Service]
    under_way: int = 0
    has_answered: bool = False
    is_silent: bool = False
    is_suspected: bool = False  # it did not answer when it was last asked

    @property
    def may_ask(self) -> bool:
        most = min(PER_SERVER, self.server.at_once) if self.has_answered else 1
        return bool(self.waiting) and not self.is_silent and self.under_way < most


@dataclass
class _Round:
    at: datetime
    lines: list[_Line]
    ends_at: float
    asked: dict[Future[State], tuple[_Line, Service]] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    written_at: float = field(default_factory=time.monotonic)
    count: int = 0


def sample(at: datetime, *, at_once: bool = False) -> int:
    """One round; how many services were measured. `at_once`: all that is due, however long it takes.

    Does nothing while another round is under way, in any worker. Call it outside a transaction.
    """
    with alone(_LOCK) as is_alone:
        if not is_alone:
            return 0
        lines = list(_lines(at, at_once))
        now = _Round(at, lines, float("inf") if at_once else time.monotonic() + ROUND_SECONDS)
        with ThreadPoolExecutor(IN_FLIGHT, "sample", initializer=give_way) as threads:
            _go(now, threads)
        _write(now)
    if lines:
        log.info("sampled", services=now.count, servers=len(lines))
    return now.count


def _lines(at: datetime, at_once: bool) -> Iterator[_Line]:
    suspected = dict(Circuit.objects.values_list("server_id", "probe_at"))
    for server in servers():
        if Capability.INSPECT not in capabilities_of(server) or suspected.get(server.id) is not None:
            continue
        if due := _due(server, at, at_once):
            yield _Line(server, deque(due), is_suspected=server.id in suspected)


def _due(server: Server, at: datetime, at_once: bool) -> Sequence[Service]:
    """The services of a server whose measures are old, the oldest first: twice the even pace, so that they spread."""
    every = timedelta(hours=server.sampled_every_hours)
    there = Service.objects.filter(server=server, ended_at=None)
    old = Q(inspected_at=None) | Q(inspected_at__lte=at - every)
    free = Q(lease_until=None) | Q(lease_until__lte=real_now())
    due = there.filter(old, free).select_related("server", "subscription")
    most = None if at_once else ceil(_about_how_many(there, server) * 2 * (ROUND / every))
    # Two ranges of the index: with both in one condition, every service of the server is read to find the last one due.
    never = list(due.filter(asked_at=None).order_by("id")[:most])
    long_ago = due.filter(asked_at__lte=at - every).order_by("asked_at", "id")
    return [*never, *long_ago[: None if most is None else most - len(never)]]


def _about_how_many(there: QuerySet[Service], server: Server) -> int:
    """Services of a server. They are counted now and then: it takes longer than to find those that are due."""
    return max(caches["local"].get_or_set(f"sample:{server.id}", there.count, COUNTED_FOR) or 0, 1)


def _go(now: _Round, threads: ThreadPoolExecutor) -> None:
    """Until all has been asked and has answered, or the round's time is over, or its process stops."""
    while True:
        if time.monotonic() < now.ends_at and not are_stopping():
            _ask(now, threads)
        if not now.asked:
            return
        done, _ = wait(now.asked, timeout=PATIENCE, return_when=FIRST_COMPLETED)
        for future in done:
            _take(now, future)
        if len(now.answers) >= CHUNK or time.monotonic() - now.written_at > PATIENCE:
            _write(now)


def _ask(now: _Round, threads: ThreadPoolExecutor) -> None:
    """One of each server in turn, for as long as there are places."""
    is_asking = True
    while is_asking:
        is_asking = False
        for line in now.lines:
            if line.may_ask and len(now.asked) < IN_FLIGHT:
                service = line.waiting.popleft()
                now.asked[threads.submit(_measured, line.server, service)] = line, service
                line.under_way, is_asking = line.under_way + 1, True
    now.lines = [line for line in now.lines if line.waiting and not line.is_silent]


def _measured(server: Server, service: Service) -> State:
    return panel_of(server).inspect(service.panel_account)


def _take(now: _Round, future: Future[State]) -> None:
    line, service = now.asked.pop(future)
    line.under_way -= 1
    try:
        state = future.result()
    except NotThere:
        _answered(line)
        now.answers.append(Answer(service, is_missing=True))
    except (PanelError, NotConfigured) as error:
        if not _is_silence(line, error):
            now.answers.append(Answer(service))
    except Exception:
        # A fault of ours, in reading one answer: the others go on.
        log.exception("service_not_sampled", service_id=str(service.id))
        now.answers.append(Answer(service))
    else:
        _answered(line)
        now.answers.append(Answer(service, state))


def _answered(line: _Line) -> None:
    if line.is_suspected and not line.has_answered:
        circuit.answered(line.server.id)
    line.has_answered = True


def _is_silence(line: _Line, error: PanelError | NotConfigured) -> bool:
    """What a server says no to is about one account; where it says nothing, the others are not asked either."""
    is_silence = isinstance(error, NotConfigured) or error.no_answer
    log.warning(
        "service_not_sampled", server=line.server.code, error=type(error).__name__, silence=is_silence
    )
    if is_silence and not line.is_silent:
        line.is_silent = True
        if isinstance(error, PanelError):
            circuit.failed(line.server.id, error.reason)
    return is_silence


def _write(now: _Round) -> None:
    now.count += write_measures(now.answers, now.at)
    now.answers, now.written_at = [], time.monotonic()
