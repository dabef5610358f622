"""A driver's name and a machine's address, in; something that keeps the promise, out.

Panel drivers are entry points of the group `palier.panels`: ours are named here, anybody's package may declare more
(docs/how-to/write-a-driver). One is imported when it is first asked for. Ours win: a package cannot replace them.
"""

from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from palier.drivers.errors import Refused, UnknownDriver
from palier.drivers.gateway import Gateway
from palier.drivers.gateways.bank_transfer import BankTransfer
from palier.drivers.gateways.demo_card import DemoCard
from palier.drivers.gateways.stripe import Stripe
from palier.drivers.panel import Panel

GROUP = "palier.panels"

OUR_PANELS = {
    "cpanel": "palier.drivers.panels.cpanel:Cpanel",
    "directadmin": "palier.drivers.panels.directadmin:DirectAdmin",
    "hestia": "palier.drivers.panels.hestia:Hestia",
    "incus": "palier.drivers.panels.incus:Incus",
    "manual": "palier.drivers.panels.manual:Manual",
    "plesk": "palier.drivers.panels.plesk:Plesk",
    "proxmox": "palier.drivers.panels.proxmox:Proxmox",
    "virtualmin": "palier.drivers.panels.virtualmin:Virtualmin",
    "webhook": "palier.drivers.panels.webhook:Webhook",
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


@cache
def panel_drivers() -> Mapping[str, EntryPoint]:
    """Every panel driver that is installed, by name."""
    theirs = {point.name: point for point in entry_points(group=GROUP)}
    ours = {name: EntryPoint(name, place, GROUP) for name, place in OUR_PANELS.items()}
    return {**ours, **{name: point for name, point in sorted(theirs.items()) if name not in ours}}


@cache
def panel_class(driver: str) -> type[Panel]:
    """The driver itself, for what it says of itself. Raises `UnknownDriver`."""
    found = panel_drivers().get(driver)
    if found is None:
        raise UnknownDriver(f"no panel driver is called {driver!r}; there are: {', '.join(panel_drivers())}")
    try:
        loaded: type[Panel] = found.load()
    except (ImportError, AttributeError) as error:
        raise UnknownDriver(f"the panel driver {driver!r} cannot be loaded: {error}") from error
    return loaded


def lacking(driver: str, url: str, settings: Mapping[str, str]) -> tuple[str, ...]:
    """What the driver needs and is not given. Raises `UnknownDriver`."""
    given = {**settings, "url": url}
    return tuple(name for name in panel_class(driver).needs if not given.get(name))


def panel(driver: str, url: str, settings: Mapping[str, str]) -> Panel:
    """The panel behind an address. Raises `UnknownDriver`, or `Refused` naming what it is not given."""
    if missing := lacking(driver, url, settings):
        raise Refused(f"the {driver} driver is not given: {', '.join(missing)}")
    return panel_class(driver)(url, settings)


def gateway(driver: str, url: str, credentials: Mapping[str, str]) -> Gateway:
    """The payment gateway of a driver, at an address where it has one. Raises `UnknownDriver` or `Refused`."""
    if driver not in GATEWAYS:
        raise UnknownDriver(f"no gateway driver is called {driver!r}; there are: {', '.join(GATEWAYS)}")
    given = {"url": url, **credentials}
    if missing := [name for name in GATEWAY_NEEDS[driver] if not given.get(name)]:
        raise Refused(f"the {driver} driver is not given: {', '.join(missing)}")
    return GATEWAYS[driver](url, credentials)
