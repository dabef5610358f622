"""The line at a server: jobs that wait for a place there, the oldest first. They hold no worker and no turn of a queue.

Whoever leaves a place goes on with the first (carry_out.py), or calls it. Whoever comes to stand there looks once more
whether a place has become free meanwhile, and the round of upkeep makes up for whoever died before that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from palier.events.clock import real_now
from palier.provisioning.models import Circuit, ProvisioningJob
from palier.provisioning.places import PLACES
from palier.provisioning.queries import JOB_AND_SERVICE
from palier.provisioning.wake import wake


def stand(job: ProvisioningJob, server_id: UUID, reason: str) -> None:
    """Have the job wait at that server. Costs none of its attempts; a job of a dead worker is `queued` again."""
    waiting = ProvisioningJob.objects.filter(
        customer_id=job.customer_id, id=job.id, state__in=["queued", "running"]
    )
    waiting.update(state="queued", line=server_id, reason=reason)
    look_again(server_id)


def look_again(server_id: UUID) -> None:
    """After the commit, and once: whoever left a place before it has found nobody to go on with."""
    look = _LookAgain(server_id)
    if all(to_do[1] != look for to_do in connection.run_on_commit):
        transaction.on_commit(look)


@dataclass(frozen=True)
class _LookAgain:
    server_id: UUID

    def __call__(self) -> None:
        call(self.server_id)


#: How many more jobs than are at work, or have been called and are not there yet, have a place at a server.
_FREE = f"""
    SELECT circuit.probe_at IS NOT NULL AS is_down, {PLACES} - (
        SELECT count(*) FROM provisioning_place place WHERE place.server_id = server.id AND place.lease_until > %(now)s
    ) - (
        SELECT count(*) FROM (
            SELECT FROM {JOB_AND_SERVICE}
            WHERE job.state = 'queued' AND job.line_id IS NULL AND service.server_id = server.id
            AND (job.not_before IS NULL OR job.not_before <= %(now)s) LIMIT server.at_once
        ) AS called
    ) AS many
    FROM provisioning_server server LEFT JOIN provisioning_circuit circuit ON circuit.server_id = server.id
    WHERE server.id = %(server)s
"""  # noqa: S608 -- ours


def why_wait(server_id: UUID) -> str:
    """Why a new job for it must stand in its line, a code of words/reasons.py; empty when it can be called at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH free AS ({_FREE})
            SELECT is_down, many <= 0 OR EXISTS (
                SELECT FROM provisioning_provisioningjob WHERE line_id = %(server)s AND state = 'queued'
            ) FROM free
            """,  # noqa: S608 -- ours
            {"server": server_id, "now": real_now()},
        )
        is_down, is_full = cursor.fetchone()
    return "server_down" if is_down else "server_full" if is_full else ""


@transaction.atomic
def call(server_id: UUID) -> int:
    """Have workers take up the first of the line, as many as there are places free; how many were called."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH free AS ({_FREE}), first AS MATERIALIZED (
                SELECT customer_id, id FROM provisioning_provisioningjob
                WHERE line_id = %(server)s AND state = 'queued'
                ORDER BY queued_at, id LIMIT (SELECT greatest(many, 0) FROM free)
                FOR NO KEY UPDATE SKIP LOCKED
            )
            UPDATE provisioning_provisioningjob job SET line_id = NULL, not_before = NULL FROM first
            WHERE job.customer_id = first.customer_id AND job.id = first.id
            RETURNING job.customer_id, job.id
            """,  # noqa: S608 -- ours
            {"server": server_id, "now": real_now()},
        )
        called = cursor.fetchall()
    for customer_id, job_id in called:
        wake(ProvisioningJob(customer_id=customer_id, id=job_id))
    return len(called)


def servers_with_a_line() -> Iterator[UUID]:
    """Those at which jobs wait."""
    waiting = ProvisioningJob.objects.filter(line__isnull=False, state="queued")
    return iter(waiting.order_by("line").values_list("line", flat=True).distinct())


def across_customers_cut_off(since: datetime) -> Iterator[ProvisioningJob]:
    """Jobs that wait at a server which is down since then, or longer."""
    down = Circuit.objects.filter(server=OuterRef("line"), down_since__lte=since)
    return iter(ProvisioningJob.objects.filter(Exists(down), state="queued").order_by("queued_at")[:100])
