"""`palier worker`: carry out queued work until stopped."""

import argparse
import asyncio
import os

from procrastinate import PsycopgConnector
from procrastinate.connector import BaseConnector
from procrastinate.contrib.django import app, connector_params
from procrastinate.contrib.django.django_connector import DjangoConnector

from palier.provisioning import hands


class WorkerConnector(PsycopgConnector):
    """The worker's own connections, for fetching jobs and telling how they ended.

    What a task puts in the queue goes through the task's own connection instead, so that it is queued in the
    transaction that it is about: nobody starts on it before the commit, and a rollback takes it along.
    """

    def get_sync_connector(self) -> BaseConnector:
        return DjangoConnector()


#: What is under way has so long to end, in seconds. What does not is taken up again by another worker.
GRACE = 10


def run(arguments: argparse.Namespace) -> int:
    asyncio.run(_work(arguments.concurrency, wait=not arguments.once))
    if not hands.ended_within(GRACE):
        os._exit(0)  # a server is silent; its thread would hold this process until that call times out
    return 0


async def _work(concurrency: int, *, wait: bool) -> None:
    with app.replace_connector(WorkerConnector(kwargs=connector_params())):
        async with app.open_async():
            await app.run_worker_async(concurrency=concurrency, wait=wait, shutdown_graceful_timeout=GRACE)
            while not wait and hands.are_busy():
                await asyncio.sleep(0.1)
                await app.run_worker_async(concurrency=concurrency, wait=False)
