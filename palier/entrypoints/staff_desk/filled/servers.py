"""Servers and how they are, from what the last looks found. Looking again is an act of its own."""

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import gettext as _

from palier.drivers.certificates import NotACertificate, fingerprint, valid_until
from palier.drivers.panel import Capability
from palier.drivers.registry import panel_drivers
from palier.entrypoints.design.parts import Crumb
from palier.entrypoints.staff_desk.access import Desk
from palier.entrypoints.staff_desk.filled.paging import paging_of
from palier.entrypoints.staff_desk.pages.queue import ServerAlert
from palier.entrypoints.staff_desk.pages.servers import (
    Certificate,
    PlanRow,
    RetireServerPage,
    ServerPage,
    ServerRow,
    ServersPage,
    ServiceRow,
    Setting,
)
from palier.plan_changes.queries import across_customers_arriving
from palier.provisioning.models import Server, ServerHealth, Service
from palier.provisioning.panels import capabilities_of, is_installed, panel_name
from palier.provisioning.plans_there import others_there, plans_there
from palier.provisioning.queries import servers
from palier.provisioning.retire_server import NotRetired, why_not_retired
from palier.provisioning.server_load import Load, across_customers_load, across_customers_services_on
from palier.provisioning.server_state import WRONG, health_of, left_alone_since, state_of
from palier.provisioning.write_server import fingerprint_of
from palier.words.differences import difference_line
from palier.words.servers import accounts_left, health_advice, health_word, not_retired

MANY = 50


def servers_page(desk: Desk) -> ServersPage:
    """What is wrong comes first."""
    load = across_customers_load()
    found = servers().select_related("health", "circuit")
    rows = [server_row(desk, server, load.get(server.id, Load())) for server in found]
    rows.sort(key=lambda row: row.state not in WRONG)
    return ServersPage(desk.at, tuple(rows), reverse("staff_desk:add_server"))


def server_row(desk: Desk, server: Server, load: Load) -> ServerRow:
    health = health_of(server)
    return ServerRow(
        name=desk.names.of(server.names),
        code=server.code,
        url=reverse("staff_desk:server", args=[server.code]),
        driver=driver_title(server.driver),
        state=state_of(server, desk.house.catalog),
        services=load.services,
        waiting=load.waiting,
        given_up=load.given_up,
        since=health.since if health else None,
        version=health.version if health else "",
        latency_ms=health.latency_ms if health else None,
        error=health.last_error if health and health.problem else "",
        is_left_alone=left_alone_since(server) is not None,
    )


def server_alerts(desk: Desk) -> tuple[ServerAlert, ...]:
    """Those that need a look: on the first page of the desk, for what they cannot do waits."""
    found = servers().select_related("health").filter(health__isnull=False)
    states = ((server, state_of(server, desk.house.catalog)) for server in found)
    return tuple(
        ServerAlert(
            desk.names.of(server.names), health_word(state), reverse("staff_desk:server", args=[server.code])
        )
        for server, state in states
        if state in WRONG
    )


def driver_title(driver: str) -> str:
    if driver == "manual":
        return _("By hand")
    if driver == "webhook":
        return _("Your own system")
    return panel_name(Server(driver=driver)) or driver


def server_page(desk: Desk, server: Server, number: str) -> ServerPage:
    load = across_customers_load().get(server.id, Load())
    row, health = server_row(desk, server, load), health_of(server)
    shown = Paginator(across_customers_services_on(server), MANY).get_page(number)
    found = health.plans if health else None
    catalog, refused = desk.house.catalog, not_to_be_retired(desk, server)
    return ServerPage(
        now=desk.at,
        server=row,
        advice=health_advice(row.state),
        address=server.url,
        settings=_settings(server),
        in_the_file=not server.by_hand,
        check_url="" if row.state == "by_hand" else reverse("staff_desk:check_server", args=[server.code]),
        edit_url=reverse("staff_desk:edit_server", args=[server.code]) if server.by_hand else "",
        jobs_url=reverse("staff_desk:jobs"),
        retire_url="" if refused else reverse("staff_desk:retire_server", args=[server.code]),
        why_not_retired=refused if server.by_hand else "",
        checked_at=health.checked_at if health else None,
        last_error=health.last_error if health else "",
        last_error_at=health.last_error_at if health else None,
        certificate=_certificate(desk, server, health, row.state),
        knows_plans=Capability.PLANS in capabilities_of(server),
        plans=() if found is None else _plans(desk, server, found),
        plans_at=health.plans_at if health else None,
        others=() if found is None else others_there(server, found, catalog),
        services=tuple(_service(desk, service) for service in shown),
        paging=paging_of(shown, row.url, {}),
        crumbs=(Crumb(_("Servers"), reverse("staff_desk:servers")), Crumb(row.name)),
    )


def not_to_be_retired(desk: Desk, server: Server) -> str:
    """Why, as a sentence; empty where it can be."""
    arriving = across_customers_arriving(server.code, desk.house.catalog) if server.by_hand else 0
    refused = why_not_retired(server, arriving)
    return why_it_stays(desk, refused) if refused else ""


def why_it_stays(desk: Desk, refused: NotRetired) -> str:
    return not_retired(refused.code, refused.number, map(desk.names.plan, refused.plans))


def retire_page(desk: Desk, server: Server) -> RetireServerPage:
    name, url = desk.names.of(server.names), reverse("staff_desk:server", args=[server.code])
    sentences = [_("Nothing is sold there. It leaves the list of servers, and is looked at no more.")]
    if server.sealed:
        sentences.append(_("Its secrets are forgotten at once."))
    if left := across_customers_services_on(server).count():
        sentences.append(accounts_left(left))
    sentences.append(_("It can be added again under the same code: its secrets are given anew then."))
    return RetireServerPage(
        name=name,
        code=server.code,
        sentences=tuple(sentences),
        act_url=reverse("staff_desk:retire_server", args=[server.code]),
        back_url=url,
        crumbs=(Crumb(_("Servers"), reverse("staff_desk:servers")), Crumb(name, url), Crumb(_("Retire"))),
    )


def _settings(server: Server) -> tuple[Setting, ...]:
    """What is secret is told by its name only: kept by us, or read from the environment."""
    plain = [Setting(name, value) for name, value in server.options.items()]
    told = [
        Setting(name, kept=text) if text.startswith("${") else Setting(name, _shown(text))
        for name, text in server.credentials.items()
    ]
    return (*plain, *told, *(Setting(name, kept=_("kept")) for name in server.sealed))


def _shown(text: str) -> str:
    """A certificate by what people compare, and not by twenty lines that nobody reads."""
    try:
        return f"SHA-256 {fingerprint(text)}" if text.startswith("-----BEGIN") else text
    except NotACertificate:
        return text


def _certificate(desk: Desk, server: Server, health: ServerHealth | None, state: str) -> Certificate | None:
    if health is None or not health.shown:
        return None
    try:
        shown, until = fingerprint(health.shown), valid_until(health.shown)
    except NotACertificate:
        return None
    may_pin = state == "untrusted" and server.by_hand
    return Certificate(
        shown=shown,
        pinned=fingerprint_of(server.certificate),
        until=until,
        is_over=until <= desk.at,
        pin_url=reverse("staff_desk:pin_certificate", args=[server.code]) if may_pin else "",
    )


def _plans(desk: Desk, server: Server, found: dict[str, dict[str, int]]) -> tuple[PlanRow, ...]:
    words = desk.names.resources()
    return tuple(
        PlanRow(
            name=desk.names.plan(one.plan.code),
            package=one.plan.package,
            is_there=one.is_there,
            differences=tuple(
                difference_line(wrong.what, wrong.wanted, wrong.found, words, desk.language)
                for wrong in one.differences
            ),
        )
        for one in plans_there(server, found, desk.house.catalog)
    )


def _service(desk: Desk, service: Service) -> ServiceRow:
    subscription = service.subscription
    return ServiceRow(
        label=subscription.label,
        account=service.account,
        plan=desk.names.plan(subscription.plan_id),
        customer_name=service.customer.name,
        customer_url=reverse("staff_desk:customer", args=[service.customer_id]),
        state=subscription.state,
    )


def drivers() -> tuple[str, ...]:
    """Those that a server can be added with, by hand last."""
    return (*(name for name in panel_drivers() if name != "manual" and is_installed(name)), "manual")
