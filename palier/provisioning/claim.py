"""Take a job up: its service's lease, a place at its server, and the job marked running, in one statement.

So that whoever reads a row has it: nothing can happen between finding a job and having it, and a job that a dead worker
left is read as it was left.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection

from palier.events.clock import real_now
from palier.events.lazily import LAZILY
from palier.events.rows import columns_of, row_of
from palier.provisioning import lease
from palier.provisioning.keeper import LEASE, Lease
from palier.provisioning.models import ProvisioningJob, Server, Service
from palier.provisioning.queries import ITS_SUBSCRIPTION, JOB_AND_SERVICE, WANTED, found_job
from palier.subscriptions.models import Subscription


@dataclass(frozen=True)
class Claimed:
    """The job as it stands, with its service, server and subscription. Whoever has it gives the lease back."""

    job: ProvisioningJob
    held: Lease
    is_wanted: bool


def claim(customer_id: UUID, job_id: UUID) -> Claimed | None:
    """None when there is nothing to do: it has ended, or waits for its time. Raises `InUse`, `Full` or `Down` when it
    must wait."""
    known = {"customer": customer_id, "job": job_id}
    claimed = _claimed(_THIS, known)
    if claimed is not None:
        return claimed
    job = found_job(customer_id, job_id)
    if not _is_due(job):
        return None
    why = lease.why_not(customer_id, job.service_id)
    if isinstance(why, lease.Full):
        lease.furnish(why.server_id)
        claimed = _claimed(_THIS, known)
    if claimed is None:
        raise why
    return claimed


def claim_next(server_id: UUID) -> Claimed | None:
    """The first in the line at a server. None when nobody waits there, or no place is free."""
    return _claimed(_FIRST, {"server": server_id})


def _is_due(job: ProvisioningJob) -> bool:
    """Is there something to do now? A job left `running` by a dead worker is due: the lease tells."""
    waiting = job.not_before is not None and job.not_before > real_now()
    return not waiting and job.state in ("queued", "running")


_THIS = "job.customer_id = %(customer)s AND job.id = %(job)s AND job.state IN ('queued', 'running')"
_FIRST = "job.line_id = %(server)s AND job.state = 'queued'"


@cache
def _statement(which: str) -> str:
    """One that another holds, or takes back at this moment, is passed over.

    A claim that is lost with the database has sent nothing: what is sent is written down first, and that commit waits.
    """
    return f"""
        WITH found AS MATERIALIZED (
            SELECT job.customer_id, job.id, service.id AS service_id, service.server_id, service.fence + 1 AS fence
            FROM {JOB_AND_SERVICE}
            WHERE {which} AND (job.not_before IS NULL OR job.not_before <= %(now)s)
            AND (service.lease_until IS NULL OR service.lease_until <= %(now)s)
            ORDER BY job.queued_at, job.id LIMIT 1
            FOR NO KEY UPDATE OF job, service SKIP LOCKED
        ), {lease.LEASED}, job AS (
            UPDATE provisioning_provisioningjob job
            SET state = 'running', attempts = attempts + 1, line_id = NULL
            FROM found, service WHERE job.customer_id = found.customer_id AND job.id = found.id
            RETURNING job.*
        )
        SELECT {columns_of(ProvisioningJob, "job")}, {columns_of(Service, "service")},
            {columns_of(Server, "server")}, {columns_of(Subscription, "subscription")},
            place.id, place.is_suspected, {WANTED}, {LAZILY}
        FROM job, place, service
        JOIN provisioning_server server ON server.id = service.server_id
        {ITS_SUBSCRIPTION}
    """  # noqa: S608 -- ours


def _claimed(which: str, known: dict[str, Any]) -> Claimed | None:
    now = real_now()
    with connection.cursor() as cursor:
        cursor.execute(_statement(which), {**known, "now": now, "until": now + LEASE})
        row = cursor.fetchone()
    if row is None:
        return None
    values = list(row)
    job, service = row_of(ProvisioningJob, values), row_of(Service, values)
    service.server, service.subscription = row_of(Server, values), row_of(Subscription, values)
    job.service = service
    place_id, is_suspected, is_wanted, _lazily = values
    held = Lease(job.customer_id, service.id, service.fence, now, place_id, is_suspected)
    return Claimed(job, held, is_wanted)
