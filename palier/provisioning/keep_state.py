"""Keep what a panel said of a service, with the moment it said so. A system without plans leaves none."""

from datetime import datetime

from palier.drivers.panel import State
from palier.provisioning.margin import with_margin
from palier.provisioning.models import Service


def keep_state(service: Service, state: State, at: datetime) -> None:
    service.package, service.limits, service.suspended = state.plan or "", dict(state.limits), state.suspended
    service.grows_only = sorted(state.grows_only)
    service.room = dict(with_margin(state, service.server.margin).room)
    service.usage = {
        resource: {"amount": measure.amount, "exactness": measure.exactness}
        for resource, measure in state.usage.items()
    }
    service.inspected_at = at
    service.save(
        update_fields=["package", "limits", "suspended", "grows_only", "room", "usage", "inspected_at"]
    )
