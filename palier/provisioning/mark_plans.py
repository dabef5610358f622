"""Note which plans of the catalogue a panel does not know, and say so when that is news."""

from datetime import datetime

import structlog

from palier.catalog import snapshot
from palier.catalog.mark_unknown import mark_unknown
from palier.provisioning.look_at_server import Plans
from palier.provisioning.models import Server, ServerHealth
from palier.provisioning.plans_there import sold_on

log = structlog.get_logger()


def mark_plans(server: Server, found: Plans | None, at: datetime) -> None:
    """As the panel told last; one that never did, or that knows no plans, stands in the way of none."""
    unknown: list[str] = []
    known: list[str] = []
    for plan in sold_on(server, snapshot.current()):
        is_there = found is None or plan.package in found
        (known if is_there else unknown).append(plan.code)
        if plan.unknown is is_there:
            say = log.info if is_there else log.error
            say(
                "plan_on_server_again" if is_there else "plan_not_on_server",
                server=server.code,
                plan=plan.code,
            )
    mark_unknown(unknown, known, at)


def mark_all_plans(at: datetime) -> None:
    """After the catalogue has changed: what each panel told last, against what is sold there now."""
    told = {health.server_id: health.plans for health in ServerHealth.objects.all()}
    for server in Server.objects.filter(retired_at=None):
        mark_plans(server, told.get(server.id), at)
