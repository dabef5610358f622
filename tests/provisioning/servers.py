"""Servers for tests: another one with accounts on it, one that is silent, one that is not there."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from palier.provisioning.models import Server, Service
from palier.subscriptions.models import Subscription
from tests.machines import PANEL_TOKEN
from tests.world import World


def another_server(url: str, code: str = "web2", *, at_once: int = 4, read_seconds: str = "90") -> Server:
    """A server with the same driver as the world's own."""
    return Server.objects.create(
        code=code,
        names={"fr": "Serveur Web 2", "en": "Web server 2"},
        driver="cpanel",
        url=url,
        credentials={"user": "root", "token": PANEL_TOKEN, "read_seconds": read_seconds},
        at_once=at_once,
    )


def accounts(world: World, count: int, *, prefix: str = "account") -> list[Subscription]:
    """So many subscriptions, each with its account on the world's panel."""
    names = [f"{prefix}{number}" for number in range(count)]
    return [world.subscribe("web-a", account=name, label=f"{name}.example") for name in names]


def put_on(server: Server, subscriptions: list[Subscription]) -> None:
    Service.objects.filter(subscription__in=subscriptions).update(server=server)


def own_url() -> str:
    """Where the world's own panel answers."""
    return os.environ["PALIER_DEMO_PANEL_URL"]


@contextmanager
def silent_machine() -> Iterator[str]:
    """It takes every connection, and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def nobody_there() -> str:
    """An address that refuses every connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"
