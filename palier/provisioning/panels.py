"""A server's panel, ready to be talked to. Its secrets are read from the environment, or opened, when they are needed;
a panel keeps no connection either (drivers/http.py says why), so that making one costs nothing."""

import os
from collections.abc import Iterable
from urllib.parse import urlsplit

from palier.catalog.file.addresses import NO_SECRET, REFERENCE
from palier.drivers.errors import UnknownDriver
from palier.drivers.panel import Capability, Panel
from palier.drivers.registry import lacking, panel, panel_class
from palier.people.seal import CannotUnseal, unsealed
from palier.provisioning.models import Server


class NotConfigured(Exception):
    """A server cannot be talked to as it is configured. Nothing was sent; a person must look. Never holds a secret."""


def panel_of(server: Server, **more: str) -> Panel:
    """The server's panel; `more` settings win over its own. Raises `NotConfigured`, naming the variable that is missing
    in the environment, or the key that its secrets were sealed with."""
    missing = missing_variables(server)
    if missing:
        raise NotConfigured(f"server {server.code} needs {' and '.join(missing)} in the environment")
    url = url_of(server)
    settings = {**server.options, **_credentials(server), "certificate": server.certificate, **more}
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


def url_of(server: Server) -> str:
    """Where its panel answers. Raises `KeyError` where the environment does not say."""
    return _from_environment(server.url)


def secrets_of(server: Server) -> tuple[str, ...]:
    """What must never be repeated: every credential that its driver does not call harmless, and can be read now."""
    try:
        return tuple(
            text for name, text in _credentials(server).items() if name not in no_secrets(server.driver)
        )
    except (KeyError, NotConfigured):
        return ()


def no_secrets(driver: str) -> frozenset[str]:
    """The settings that may stand in a file, or on a page, as they are."""
    try:
        return NO_SECRET | panel_class(driver).no_secrets
    except UnknownDriver:
        return NO_SECRET


def is_installed(driver: str) -> bool:
    """Is there such a driver, and can it be loaded?"""
    try:
        panel_class(driver)
    except UnknownDriver:
        return False
    return True


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


def _credentials(server: Server) -> dict[str, str]:
    try:
        opened = {name: unsealed(text) for name, text in server.sealed.items()}
    except CannotUnseal as error:
        raise NotConfigured(f"server {server.code}: {error}") from None
    return {**{name: _from_environment(text) for name, text in server.credentials.items()}, **opened}


def _from_environment(text: str) -> str:
    return REFERENCE.sub(lambda found: os.environ[found[1]], text)
