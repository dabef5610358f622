"""The payment gateways this host has, by name, from the settings."""

from django.conf import settings

from palier.drivers import registry
from palier.drivers.gateway import Gateway


class NoGateway(LookupError):
    """No gateway of that name is configured (`PALIER_GATEWAYS`)."""


def gateway_named(name: str) -> Gateway:
    """Raises `NoGateway`."""
    try:
        configured = settings.GATEWAYS[name]
    except KeyError:
        raise NoGateway(f"no payment gateway is called {name!r}") from None
    return registry.gateway(configured["driver"], configured["url"], {"secret": configured["secret"]})


def default_gateway() -> str:
    """The name of the gateway that a client who chooses nothing pays with."""
    name: str = next(iter(settings.GATEWAYS))
    return name
