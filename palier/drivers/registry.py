"""A driver's name and a machine's address, in; something that keeps the promise, out."""

from collections.abc import Callable, Mapping

from palier.drivers.errors import Refused, UnknownDriver
from palier.drivers.gateway import Gateway
from palier.drivers.gateways.bank_transfer import BankTransfer
from palier.drivers.gateways.demo_card import DemoCard
from palier.drivers.gateways.stripe import Stripe
from palier.drivers.panel import Panel
from palier.drivers.panels.cpanel import Cpanel
from palier.drivers.panels.manual import Manual

PANELS: dict[str, Callable[[str, Mapping[str, str]], Panel]] = {
    "cpanel": Cpanel,
    "manual": Manual,
}

# What a panel driver cannot do without: its `url`, and credentials by name.
NEEDED: dict[str, tuple[str, ...]] = {
    "cpanel": ("url", "user", "token"),
    "manual": (),
}

GATEWAYS: dict[str, Callable[[str, Mapping[str, str]], Gateway]] = {
    "stripe": Stripe,
    "bank_transfer": BankTransfer,
    "demo_card": DemoCard,
}

# What a gateway driver cannot do without.
GATEWAY_NEEDS: dict[str, tuple[str, ...]] = {
    "stripe": ("secret", "webhook_secret"),
    "bank_transfer": ("account",),
    "demo_card": ("url", "secret"),
}


def panel(driver: str, url: str, credentials: Mapping[str, str]) -> Panel:
    """The panel behind an address. cpanel wants `user` and `token`; manual wants nothing."""
    if driver not in PANELS:
        raise UnknownDriver(f"no panel driver is called {driver!r}; there are: {', '.join(PANELS)}")
    given = {"url": url, **credentials}
    if missing := [name for name in NEEDED[driver] if not given.get(name)]:
        raise Refused(f"the {driver} driver is not given: {', '.join(missing)}")
    return PANELS[driver](url, credentials)


def gateway(driver: str, url: str, credentials: Mapping[str, str]) -> Gateway:
    """The payment gateway of a driver, at an address where it has one. Raises `UnknownDriver` or `Refused`."""
    if driver not in GATEWAYS:
        raise UnknownDriver(f"no gateway driver is called {driver!r}; there are: {', '.join(GATEWAYS)}")
    given = {"url": url, **credentials}
    if missing := [name for name in GATEWAY_NEEDS[driver] if not given.get(name)]:
        raise Refused(f"the {driver} driver is not given: {', '.join(missing)}")
    return GATEWAYS[driver](url, credentials)
