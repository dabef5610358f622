"""The page of scenarios: Palier and the server, side by side."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from palier.catalog import snapshot
from palier.catalog.snapshot import Catalog
from palier.drivers.errors import DriverError
from palier.entrypoints.demo import machines
from palier.entrypoints.demo.filled.acts_asked import acts_asked
from palier.entrypoints.demo.filled.inside import inside
from palier.entrypoints.demo.pages.scenarios import (
    Beside,
    Button,
    Held,
    Said,
    ScenariosPage,
    UnderWay,
)
from palier.entrypoints.demo.scenarios import BEHIND, CARD, SERVER, TIME, Scenario
from palier.entrypoints.demo.world.cast import BOREALE
from palier.entrypoints.design.parts import Gauge
from palier.events import clock
from palier.people.models import Customer
from palier.plan_changes.standing import Standing, standing, standings
from palier.words.plans import from_plan, to_plan
from palier.words.statuses import change_status

Account = Mapping[str, Any]

#: Closer than this to where it was asked to go, business time is there.
THERE = timedelta(seconds=5)


def scenarios_page() -> ScenariosPage:
    try:
        held: Mapping[str, Any] | None = machines.panel().state()
    except DriverError:
        held = None
    mode = held["mode"]["mode"] if held else "ok"
    now, heading_for = clock.now(), clock.heading_for()
    return ScenariosPage(
        now=now,
        real_now=clock.real_now(),
        services=tuple(_services(held["accounts"])) if held else (),
        inside=tuple(inside()),
        asked=acts_asked(held["acts"], snapshot.current()) if held else (),
        server=buttons(SERVER, mode),
        behind=buttons(BEHIND, ""),
        card=buttons(CARD, _delivery()),
        time=buttons(TIME, ""),
        mode=_mode(mode),
        behaves=mode == "ok",
        heading_for=heading_for if heading_for - now > THERE else None,
        trouble="" if held else _("The demo’s server is not running: start everything with make run."),
    )


def buttons(scenarios: Mapping[str, Scenario], mode: str) -> tuple[Button, ...]:
    return tuple(
        Button(
            act=act,
            name=str(scenario.name),
            what=str(scenario.what),
            look=str(scenario.look),
            is_on=bool(scenario.mode) and scenario.mode == mode,
        )
        for act, scenario in scenarios.items()
    )


def _mode(mode: str) -> str:
    found = next((scenario.done for scenario in SERVER.values() if scenario.mode == mode), "")
    return str(found)


def _delivery() -> str:
    try:
        return str(machines.card().state()["delivery"]["delivery"])
    except DriverError:
        return ""


def _services(accounts: Mapping[str, Account]) -> Iterable[Beside]:
    """The demo client's accounts on the panel, the oldest first."""
    catalog, language = snapshot.current(), get_language() or "en"
    customer = Customer.objects.filter(name=BOREALE.name).first()
    if customer is None:
        return
    on_panel = standings(customer.id).filter(server__driver="cpanel").order_by("id")
    for found in map(standing, on_panel):
        account = accounts.get(found.service.account)
        yield Beside(
            label=found.subscription.label,
            account=found.service.account,
            url=_address("client_area:product", found.subscription.id),
            said=_said(found, catalog, language),
            held=_held(account, catalog, language) if account else None,
            agree=account is not None and _agree(found, account, catalog),
        )


def _said(found: Standing, catalog: Catalog, language: str) -> Said:
    service, configuration = found.service, found.subscription.configuration
    read: Any = service.usage.get("disk") or {}
    return Said(
        plan_name=catalog.plans[configuration.plan].names[language],
        status=_status(found),
        disk=_disk(read.get("amount"), catalog.limits_of(configuration).get("disk"), catalog, language),
        read_at=service.inspected_at,
        change=_under_way(found, catalog, language),
    )


def _status(found: Standing) -> str:
    if found.subscription.state != "active":
        return str(found.subscription.state)
    if found.change is not None and found.change.state != "scheduled":
        return "changing"
    return "ending" if found.ends_on else "active"


def _under_way(found: Standing, catalog: Catalog, language: str) -> UnderWay | None:
    change = found.change
    if change is None:
        return None
    before = catalog.plans[change.origin.plan].names[language]
    after = catalog.plans[change.target.plan].names[language]
    return UnderWay(
        sentence=f"{from_plan(before, language)} {to_plan(after, language)}",
        state=change_status(change.state),
        url=_address("client_area:follow", change.id),
        promised_by=change.promised_by if change.state == "needs_person" else None,
    )


def _held(account: Account, catalog: Catalog, language: str) -> Held:
    names = {plan.package: plan.names[language] for plan in catalog.plans.values()}
    return Held(
        plan_name=str(names.get(account["plan"], account["plan"])),
        package=account["plan"],
        is_suspended=bool(account["suspended"]),
        disk=_disk(account["usage"].get("disk"), account["limits"].get("disk"), catalog, language),
    )


def _agree(found: Standing, account: Account, catalog: Catalog) -> bool:
    """Does the server hold what Palier tells the client?"""
    configuration = found.subscription.configuration
    return (
        account["plan"] == catalog.plans[configuration.plan].package
        and account["limits"] == dict(catalog.limits_of(configuration))
        and bool(account["suspended"]) == (found.subscription.state != "active")
    )


def _disk(used: int | None, limit: int | None, catalog: Catalog, language: str) -> Gauge:
    return Gauge(catalog.resources["disk"].names[language], "storage", used, limit)


def _address(view: str, argument: object) -> str:
    try:
        return reverse(view, args=[argument])
    except NoReverseMatch:
        return ""
