"""What differed on a server that is retired: there is nothing left to compare, and nobody to ask."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from palier.reconciliation.models import Drift
from palier.reconciliation.reconcile import end


@transaction.atomic
def across_customers_end_drifts_on(server_id: UUID, at: datetime) -> None:
    """Those of services that have ended; the others are still looked after."""
    drifts = Drift.objects.filter(ended_at=None, service__server=server_id, service__ended_at__isnull=False)
    for drift in drifts.select_for_update(of=("self",)):
        end(drift, "gone", at)
