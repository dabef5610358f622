"""The payment gateways this host has, by name, from the settings."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from palier.drivers import registry
from palier.drivers.errors import DriverError
from palier.drivers.gateway import Ability, Gateway

#: What a configuration says to us, and not to the driver.
_OURS = ("driver", "url", "least")


class NoGateway(LookupError):
    """No gateway of that name is configured (`PALIER_GATEWAYS`)."""


def gateway_named(name: str) -> Gateway:
    """Raises `NoGateway`, or what the registry does for a configuration that lacks something."""
    configured = configuration_of(name)
    credentials = {key: str(value) for key, value in configured.items() if key not in _OURS}
    return registry.gateway(configured["driver"], configured.get("url", ""), credentials)


def configuration_of(name: str) -> Mapping[str, Any]:
    """Raises `NoGateway`."""
    try:
        configured: Mapping[str, Any] = settings.GATEWAYS[name]
    except KeyError:
        raise NoGateway(f"no payment gateway is called {name!r}") from None
    return configured


def default_gateway() -> str:
    """The name of the gateway that a client who chooses nothing pays with."""
    name: str = next(iter(settings.GATEWAYS))
    return name


def gateways_with(ability: Ability) -> tuple[str, ...]:
    """The names of those that can do it, in the order of the settings."""
    return tuple(name for name in settings.GATEWAYS if ability in abilities_of(name))


def least_charge(currency: str) -> int:
    """What can be paid with every gateway that is not slow, at the least, in minor units; 0 for any amount. A transfer
    of a few cents is nobody's wish."""
    return max((_least_at(name, currency) for name in settings.GATEWAYS), default=0)


def _least_at(name: str, currency: str) -> int:
    """As the host says (`least`), or else as the gateway does."""
    try:
        gateway = gateway_named(name)
    except (NoGateway, DriverError):
        return 0
    if Ability.SLOW in gateway.abilities:
        return 0
    written: Mapping[str, int] = configuration_of(name).get("least", {})
    return int(written.get(currency, gateway.least(currency)))


def abilities_of(name: str) -> frozenset[Ability]:
    """None for one that is not, or not rightly, configured: `palier doctor` says what is missing."""
    try:
        return gateway_named(name).abilities
    except (NoGateway, DriverError):
        return frozenset()
