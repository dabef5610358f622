"""A server's panel, ready to be talked to. Its secrets are read from the environment when they are needed, and kept
nowhere; a panel keeps no connection either (drivers/http.py says why), so that making one costs nothing."""

import os
from collections.abc import Iterable
from urllib.parse import urlsplit

from palier.catalog.file.addresses import REFERENCE
from palier.drivers.errors import UnknownDriver
from palier.drivers.panel import Capability, Panel
from palier.drivers.registry import lacking, panel, panel_class
from palier.provisioning.models import Server


class NotConfigured(Exception):
    """A server cannot be talked to as it is configured. Nothing was sent; a person must look. Never holds a secret."""


def panel_of(server: Server) -> Panel:
    """The server's panel. Raises `NotConfigured`, naming the variable that is missing in the environment."""
    missing = missing_variables(server)
    if missing:
        raise NotConfigured(f"server {server.code} needs {' and '.join(missing)} in the environment")
    url = _from_environment(server.url)
    secret = {name: _from_environment(text) for name, text in server.credentials.items()}
    settings = {**server.options, **secret, "certificate": server.certificate}
    try:
        missing = lacking(server.driver, url, settings)
    except UnknownDriver as error:
        raise NotConfigured(
            f"server {server.code} has the driver {server.driver}, which is not installed"
        ) from error
    if missing:
        raise NotConfigured(
            f"server {server.code} lacks {' and '.join(missing)} for the driver {server.driver}"
        )
    return panel(server.driver, url, settings)


def capabilities_of(server: Server) -> frozenset[Capability]:
    """What the server's driver can do by itself, whether it is reachable now or not; nothing if it is unknown."""
    try:
        return panel_class(server.driver).capabilities
    except UnknownDriver:
        return frozenset()


def panel_name(server: Server) -> str:
    """What people call the server's panel; empty where they never see one."""
    try:
        return panel_class(server.driver).title
    except UnknownDriver:
        return ""


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
