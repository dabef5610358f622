"""A server's panel, ready to be talked to. Its secrets are read from the environment when they are needed, and kept
nowhere; a panel keeps no connection either (drivers/http.py says why), so that making one costs nothing."""

import os
from collections.abc import Iterable
from urllib.parse import urlsplit

from palier.catalog.file.addresses import REFERENCE
from palier.drivers.panel import Capability, Panel
from palier.drivers.registry import NEEDED, PANELS, panel
from palier.provisioning.models import Server

_NAMES = {"cpanel": "cPanel"}


class NotConfigured(Exception):
    """A server cannot be talked to as it is configured. Nothing was sent; a person must look. Never holds a secret."""


def panel_of(server: Server) -> Panel:
    """The server's panel. Raises `NotConfigured`, naming the variable that is missing in the environment."""
    missing = missing_variables(server)
    if missing:
        raise NotConfigured(f"server {server.code} needs {' and '.join(missing)} in the environment")
    if server.driver not in PANELS:
        raise NotConfigured(f"server {server.code} has the driver {server.driver}, which is not installed")
    credentials = {name: _from_environment(text) for name, text in server.credentials.items()}
    lacking = [
        name for name in NEEDED[server.driver] if not (server.url if name == "url" else credentials.get(name))
    ]
    if lacking:
        raise NotConfigured(
            f"server {server.code} lacks {' and '.join(lacking)} for the driver {server.driver}"
        )
    return panel(server.driver, _from_environment(server.url), credentials)


def capabilities_of(server: Server) -> frozenset[Capability]:
    """What the server's driver can do by itself, whether it is reachable now or not; nothing if it is unknown."""
    found: frozenset[Capability] = getattr(PANELS.get(server.driver), "capabilities", frozenset())
    return found


def panel_name(server: Server) -> str:
    """What people call the server's panel; empty where they never see one."""
    return _NAMES.get(server.driver, "")


def panel_origin(server: Server) -> str:
    """The panel's host on any of its ports, as a content security policy names it; empty where none is configured.

    The address that signs a client in is on another port than the one we talk to.
    """
    if not server.url or missing_variables(server):
        return ""
    parts = urlsplit(_from_environment(server.url))
    return f"{parts.scheme}://{parts.hostname}:*" if parts.hostname else ""


def missing_variables(server: Server) -> tuple[str, ...]:
    """The variables that the server's address and credentials name and the environment does not hold."""
    named = (name for text in _written(server) for name in REFERENCE.findall(text))
    return tuple(dict.fromkeys(name for name in named if not os.environ.get(name)))


def _written(server: Server) -> Iterable[str]:
    return (server.url, *server.credentials.values())


def _from_environment(text: str) -> str:
    return REFERENCE.sub(lambda found: os.environ[found[1]], text)
