"""The line at a server: jobs that wait for a place there, the oldest first. They hold no worker meanwhile.

Whoever leaves a place calls the next; a call that is lost with a dead worker is made up for by the round of upkeep.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from palier.provisioning.models import Circuit, Place, ProvisioningJob, Server
from palier.provisioning.queue_job import wake


def stand(job: ProvisioningJob, server_id: UUID, reason: str) -> None:
    """Have the job wait at that server. Costs none of its attempts; a job of a dead worker is `queued` again."""
    waiting = ProvisioningJob.objects.filter(
        customer_id=job.customer_id, id=job.id, state__in=["queued", "running"]
    )
    waiting.update(state="queued", line=server_id, reason=reason)


def call_next(server_id: UUID, count: int = 1) -> int:
    """Have workers take up the first of the line; how many were called."""
    with connection.cursor() as cursor:
        cursor.execute(_ANYBODY, [server_id])
        return _call(server_id, count) if cursor.fetchone()[0] else 0


_ANYBODY = """
    SELECT EXISTS (SELECT 1 FROM provisioning_provisioningjob WHERE line_id = %s AND state = 'queued')
"""


@transaction.atomic
def _call(server_id: UUID, count: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH first AS MATERIALIZED (
                SELECT customer_id, id FROM provisioning_provisioningjob
                WHERE line_id = %s AND state = 'queued' ORDER BY queued_at, id LIMIT %s
                FOR NO KEY UPDATE SKIP LOCKED
            )
            UPDATE provisioning_provisioningjob job SET line_id = NULL, not_before = NULL FROM first
            WHERE job.customer_id = first.customer_id AND job.id = first.id
            RETURNING job.customer_id, job.id
            """,
            [server_id, count],
        )
        called = cursor.fetchall()
    for customer_id, job_id in called:
        wake(ProvisioningJob(customer_id=customer_id, id=job_id))
    return len(called)


def servers_to_call(now: datetime) -> Iterator[tuple[UUID, int]]:
    """Servers that answer and have a line and free places, with how many; `now` is real time."""
    waiting = ProvisioningJob.objects.filter(line=OuterRef("pk"), state="queued")
    down = Circuit.objects.filter(server=OuterRef("pk"), probe_at__isnull=False)
    for server in Server.objects.filter(Exists(waiting), ~Exists(down)):
        taken = Place.objects.filter(server=server, lease_until__gt=now).count()
        if taken < server.at_once:
            yield server.id, server.at_once - taken


def across_customers_cut_off(since: datetime) -> Iterator[ProvisioningJob]:
    """Jobs that wait at a server which is down since then, or longer."""
    down = Circuit.objects.filter(server=OuterRef("line"), down_since__lte=since)
    return iter(ProvisioningJob.objects.filter(Exists(down), state="queued").order_by("queued_at")[:100])
