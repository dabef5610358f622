"""A server says that work which it had taken on is over: look at its job now, instead of when its turn comes."""

from uuid import UUID

from django.db import transaction

from palier.provisioning.models import ProvisioningJob
from palier.provisioning.wake import wake


@transaction.atomic
def called_back(server_id: UUID, handle: str) -> bool:
    """False when no job of that server waits for it: it has ended, or its handle is being written. Nothing is lost
    then, for every handle is asked about in turn. What the call-back says counts for nothing: the panel is asked."""
    waiting = ProvisioningJob.objects.select_for_update().filter(
        service__server=server_id, handle=handle, state="queued"
    )
    for job in waiting:
        # One that is awake already is not woken again, however often the call-back is repeated.
        if job.not_before is not None:
            job.not_before = None
            job.save(update_fields=["not_before"])
            wake(job)
        return True
    return False
