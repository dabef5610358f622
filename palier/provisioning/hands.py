"""Threads that talk to servers, so that one that is slow to answer holds no place of its worker.

A worker has few places, and one dead server could fill them all with requests that wait for their time-outs. So what
talks to a server runs on a thread of its own, and its task waits for it only for a moment: what takes longer goes on
without it. Nothing is lost by that: a job's row is the truth, its lease is renewed for as long as its thread lives, and
the round of upkeep takes up what died with its process.
"""

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from contextvars import copy_context
from typing import Any

import structlog
from django.db import close_old_connections

log = structlog.get_logger("palier.batch")

#: Threads of one process, and so its connections to the database: some dead servers with all their places are not
#: enough to fill them.
HANDS = 16
#: How long a task waits for what it began, in seconds.
PATIENCE = 0.5
#: How nice a thread that gives way is to all others.
GIVES_WAY = 10

_hands = ThreadPoolExecutor(HANDS, thread_name_prefix="hand")
_under_way: set[Future[object]] = set()
_stopping = threading.Event()


async def in_hand(act: Callable[..., object], *arguments: Any) -> None:
    """Run it on a thread; return when it has ended, or has gone on for a while. What it raises by then is raised here,
    and what it raises later is logged."""
    running: Future[object] = _hands.submit(copy_context().run, _connected, act, *arguments)
    _under_way.add(running)
    running.add_done_callback(_under_way.discard)
    waited_for = asyncio.wrap_future(running)
    while not waited_for.done():
        await asyncio.wait({waited_for}, timeout=PATIENCE)
        if not waited_for.done() and running.running():
            waited_for.add_done_callback(_ended_alone)
            return
    waited_for.result()


def _connected(act: Callable[..., object], *arguments: Any) -> object:
    """A connection that the thread has kept may be too old, or cut by a database that has started anew."""
    close_old_connections()
    return act(*arguments)


def _ended_alone(ended: "asyncio.Future[object]") -> None:
    if not ended.cancelled() and (error := ended.exception()) is not None:
        log.error("left_alone_and_failed", exc_info=error)


def give_way() -> None:
    """For a thread that nobody waits for: whoever waits for a page comes first. Where a thread has no priority of its
    own, nothing changes."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), GIVES_WAY)


def are_busy() -> bool:
    return bool(_under_way)


def is_wanted_elsewhere() -> bool:
    """Another waits for a thread, or the process for its end: what could go on with something else does not."""
    return are_stopping() or len(_under_way) > HANDS


def are_stopping() -> bool:
    """Its process ends: what takes many requests begins no other, and leaves the rest to its next run."""
    return _stopping.is_set()


def ended_within(seconds: float) -> bool:
    """Begin nothing more; is all that was begun over by then?"""
    _stopping.set()
    _hands.shutdown(wait=False, cancel_futures=True)
    return not wait(list(_under_way), timeout=seconds).not_done
