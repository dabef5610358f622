"""A job that the panel could not do, and that no change takes to a person: put it in the queue of our team itself."""

from datetime import datetime
from uuid import UUID

from palier.events.record import SYSTEM
from palier.provisioning.models import ProvisioningJob, Service
from palier.work.open_item import open_item
from palier.work.queries import open_item_about
from palier.work.take import close

#: By what the job is about and its verb: what a person is asked to do, a code of words/reasons.py.
BY_HAND = {
    ("subscription", "suspend"): "suspend_by_hand",
    ("subscription", "resume"): "resume_by_hand",
    ("service", "change"): "repair_by_hand",
    ("service", "create"): "create_by_hand",
    ("cancellation_request", "suspend"): "end_by_hand",
    ("undone_change", "change"): "put_back_by_hand",
}


def ask_person(job: ProvisioningJob, service: Service, at: datetime) -> None:
    """In the transaction that gives it up. Does nothing for a change's own job, or when somebody was asked already."""
    if job.subject_kind == "plan_change" or open_item_about(job.customer_id, _subject(job)):
        return
    open_item(
        job.customer_id,
        subject=_subject(job),
        reason=BY_HAND[job.subject_kind, job.verb],
        facts={"label": service.subscription.label, "why": job.reason, **job.facts},
        promised_by=None,
        at=at,
    )


def nobody_need(job: ProvisioningJob, at: datetime) -> None:
    """The panel did it after all, or it is asked again: nobody is waited for."""
    if job.subject_kind != "plan_change":
        withdraw_item(job.customer_id, _subject(job), at)


def withdraw_item(customer_id: UUID, subject: tuple[str, UUID], at: datetime) -> None:
    """What a person was asked to do by hand is not wanted any more."""
    item = open_item_about(customer_id, subject, lock=True)
    if item is not None:
        close(item, state="cancelled", by=SYSTEM, at=at)


def _subject(job: ProvisioningJob) -> tuple[str, UUID]:
    return job.subject_kind, job.subject_id
