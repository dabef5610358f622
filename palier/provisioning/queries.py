"""Reading services and jobs."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from palier.events.prepared import only_one, prepared
from palier.provisioning.models import ProvisioningJob, Server, Service

#: The queue's name for "carry out this job"; batch/ defines the task.
CARRY_OUT = "palier.carry_out"

#: Of requests with these verbs about one account, only the last is wanted.
RIVALS = {
    "change": ("change", "create"),
    "create": ("change", "create"),
    "suspend": ("suspend", "resume"),
    "resume": ("suspend", "resume"),
}


def services_of(customer_id: UUID) -> QuerySet[Service]:
    """A customer's services with their subscriptions and servers, the oldest first."""
    services = Service.objects.filter(customer_id=customer_id)
    return services.select_related("subscription", "subscription__customer", "server").order_by("id")


def service_of(customer_id: UUID, subscription_id: UUID) -> Service:
    """The service a subscription pays for. Raises `Service.DoesNotExist`, for another customer's too."""
    return services_of(customer_id).get(subscription_id=subscription_id)


def job_of(customer_id: UUID, subject: tuple[str, UUID]) -> ProvisioningJob | None:
    """The latest job about a subject."""
    return jobs_about(customer_id, subject).select_related("service__server", "service__subscription").first()


def found_job(customer_id: UUID, job_id: UUID) -> ProvisioningJob:
    """The job as it stands now, with its service. Raises `ProvisioningJob.DoesNotExist`."""
    return only_one(_found_jobs(customer_id, job_id), ProvisioningJob)


@prepared
def _found_jobs(customer_id: UUID, job_id: UUID) -> QuerySet[ProvisioningJob]:
    return ProvisioningJob.objects.select_related("service").filter(customer_id=customer_id, id=job_id)


def locked_job(customer_id: UUID, job_id: UUID) -> ProvisioningJob:
    """The job as it stands, locked with its service: it is taken back, or goes on, and never both."""
    return only_one(_locked_jobs(customer_id, job_id), ProvisioningJob)


@prepared
def _locked_jobs(customer_id: UUID, job_id: UUID) -> QuerySet[ProvisioningJob]:
    jobs = ProvisioningJob.objects.select_for_update(of=("self", "service"), no_key=True)
    found = jobs.select_related("service__server", "service__subscription")
    return found.filter(customer_id=customer_id, id=job_id)


#: For the FROM of a statement: a `job` with its `service`, and then that one's `subscription`.
JOB_AND_SERVICE = """
    provisioning_provisioningjob job
    JOIN provisioning_service service ON service.customer_id = job.customer_id AND service.id = job.service_id
"""
ITS_SUBSCRIPTION = """
    JOIN subscriptions_subscription subscription
    ON subscription.customer_id = service.customer_id AND subscription.id = service.subscription_id
"""

#: Of a `job` and its `subscription`, in a statement: not when a later request about the same account has replaced it
#: (`RIVALS`), or the subscription has moved on meanwhile.
WANTED = """
    NOT EXISTS (
        SELECT 1 FROM provisioning_provisioningjob later
        WHERE later.customer_id = job.customer_id AND later.service_id = job.service_id AND later.id > job.id
        AND later.state <> 'cancelled'
        AND (later.verb IN ('suspend', 'resume')) = (job.verb IN ('suspend', 'resume'))
    ) AND (job.verb NOT IN ('suspend', 'resume') OR (job.verb = 'resume') = (subscription.state = 'active'))
"""


def is_wanted(job: ProvisioningJob) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT {WANTED} FROM {JOB_AND_SERVICE}
            {ITS_SUBSCRIPTION}
            WHERE job.customer_id = %s AND job.id = %s
            """,  # noqa: S608 -- ours
            [job.customer_id, job.id],
        )
        return bool(cursor.fetchone()[0])


def across_customers_forgotten_jobs(now: datetime) -> Iterator[ProvisioningJob]:
    """Jobs that should run, and have lost their worker or their turn in the queue; `now` is real time. Those in a line,
    or with a turn that has come and not been taken yet, are not forgotten."""
    due = Q(state="queued", line=None) & (Q(not_before=None) | Q(not_before__lte=now))
    orphaned = Q(state="running") & (Q(service__lease_until=None) | Q(service__lease_until__lte=now))
    in_the_queue = RawSQL(
        """
        SELECT (args->>'job_id')::uuid FROM procrastinate_jobs
        WHERE task_name = %s AND status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= %s)
        """,
        [CARRY_OUT, now],
    )
    jobs = ProvisioningJob.objects.filter(due | orphaned).exclude(id__in=in_the_queue)
    return iter(jobs.order_by("queued_at")[:500])


def servers() -> QuerySet[Server]:
    return Server.objects.filter(retired_at=None).order_by("code")


def servers_by_hand() -> dict[str, str]:
    """The drivers, by code, of the servers that no catalogue file declares."""
    return dict(servers().filter(by_hand=True).values_list("code", "driver"))


def jobs_about(customer_id: UUID, subject: tuple[str, UUID]) -> QuerySet[ProvisioningJob]:
    """Every job about a subject, the latest first."""
    jobs = ProvisioningJob.objects.filter(
        customer_id=customer_id, subject_kind=subject[0], subject_id=subject[1]
    )
    return jobs.order_by("-queued_at", "-id")


def across_customers_given_up() -> QuerySet[ProvisioningJob]:
    """Jobs that need a person, the latest first."""
    jobs = ProvisioningJob.objects.filter(state="needs_person")
    return jobs.select_related("customer", "service__server", "service__subscription").order_by(
        "-ended_at", "-id"
    )


def server_called(code: str) -> Server | None:
    """The server of that code in the catalogue file, retired or not."""
    return Server.objects.filter(code=code).first()
