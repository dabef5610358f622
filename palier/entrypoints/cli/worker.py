"""`palier worker`: carry out queued work until stopped."""

import argparse
import asyncio

from procrastinate.contrib.django import app


def run(arguments: argparse.Namespace) -> int:
    asyncio.run(_work(arguments.concurrency, wait=not arguments.once))
    return 0


async def _work(concurrency: int, *, wait: bool) -> None:
    with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
        async with app.open_async():
            await app.run_worker_async(concurrency=concurrency, wait=wait, shutdown_graceful_timeout=10)
