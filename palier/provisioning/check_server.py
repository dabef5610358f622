"""Look at a server, keep what was found, and say so in the logs when it is not as it was."""

from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from palier.provisioning.look_at_server import Look, can_be_looked_at, look_at
from palier.provisioning.mark_plans import mark_plans
from palier.provisioning.models import Server, ServerHealth
from palier.provisioning.queries import servers

log = structlog.get_logger()

#: The queue's name for "look at this server"; batch/ defines the task.
CHECK_SERVER = "palier.check_server"


def queue_checks() -> None:
    """A task for each server, so that one that is silent keeps nobody waiting; none, while its last one is queued."""
    for server in servers():
        if not can_be_looked_at(server):
            continue
        task = app.configure_task(CHECK_SERVER, queue="upkeep", queueing_lock=f"{CHECK_SERVER}:{server.id}")
        try:
            with transaction.atomic():
                task.defer(server_id=str(server.id))
        except AlreadyEnqueued:
            log.warning("server_check_waits", server=server.code)


def check_by_id(server_id: UUID, at: datetime) -> None:
    """Of one that still is a server of ours."""
    server = servers().filter(id=server_id).first()
    if server is not None:
        check_server(server, at)


def check_server(server: Server, at: datetime) -> ServerHealth:
    """Look now, outside any transaction, and keep it."""
    return keep_look(server, look_at(server), at)


@transaction.atomic
def keep_look(server: Server, look: Look, at: datetime) -> ServerHealth:
    """What a look that failed did not see (the version, the plans) stays as it was last seen."""
    Server.objects.select_for_update().get(id=server.id)
    before = ServerHealth.objects.filter(server=server).first()
    health = before or ServerHealth(server=server, since=at, problem=look.problem)
    was = health.problem if before else None
    health.checked_at = at
    if look.problem != health.problem:
        health.problem, health.since = look.problem, at
    if look.problem:
        health.last_error, health.last_error_at = look.detail[:400], at
    else:
        health.version, health.latency_ms = look.version[:120], look.latency_ms
        health.plans = None if look.plans is None else {name: dict(kept) for name, kept in look.plans.items()}
        health.plans_at = None if look.plans is None else at
    health.shown = look.shown or health.shown
    health.save()
    _tell(server, health, was)
    mark_plans(server, health.plans, at)
    return health


def _tell(server: Server, health: ServerHealth, was: str | None) -> None:
    """Only what is news: a server that is looked at every few minutes would fill the logs."""
    if health.problem and health.problem != was:
        log.error("server_bad", server=server.code, problem=health.problem, detail=health.last_error)
    elif not health.problem and was:
        log.info("server_good_again", server=server.code, was=was)
