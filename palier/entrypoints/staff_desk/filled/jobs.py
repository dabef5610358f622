"""What machines have given up."""

from uuid import UUID

from django.urls import reverse

from palier.entrypoints.staff_desk.access import Desk
from palier.entrypoints.staff_desk.names import Names
from palier.entrypoints.staff_desk.pages.jobs import JobRow, JobsPage, TaskRow
from palier.events.failures import across_customers_failed_tasks
from palier.provisioning.models import ProvisioningJob
from palier.provisioning.queries import across_customers_given_up
from palier.words.attempts import verb_words
from palier.words.reasons import WORK, work_reason
from palier.work.queries import across_customers_open_items

SHOWN = 100


def jobs_page(desk: Desk) -> JobsPage:
    jobs = list(across_customers_given_up()[:SHOWN])
    items = across_customers_open_items([job.subject_id for job in jobs])
    return JobsPage(
        now=desk.at,
        jobs=tuple(_job(job, items.get(job.subject_id), desk.names) for job in jobs),
        tasks=tuple(
            TaskRow(
                task.number,
                task.name,
                ", ".join(f"{name}={value}" for name, value in task.args.items()),
                task.attempts,
                task.failed_at,
                reverse("staff_desk:run_task_again", args=[task.number]),
            )
            for task in across_customers_failed_tasks(SHOWN)
        ),
    )


def _job(job: ProvisioningJob, item_id: UUID | None, names: Names) -> JobRow:
    service = job.service
    item_url = reverse("staff_desk:item", args=[job.customer_id, item_id]) if item_id else ""
    may_retry = job.subject_kind != "plan_change"
    return JobRow(
        what=verb_words(job.verb),
        reason=work_reason(job.reason, job.facts) if job.reason in WORK else job.reason,
        customer_name=job.customer.name,
        customer_url=reverse("staff_desk:customer", args=[job.customer_id]),
        label=service.subscription.label,
        server=names.of(service.server.names),
        account=service.account,
        attempts=job.attempts,
        ended_at=job.ended_at,
        item_url=item_url,
        retry_url=reverse("staff_desk:retry_job", args=[job.customer_id, job.id]) if may_retry else "",
    )
