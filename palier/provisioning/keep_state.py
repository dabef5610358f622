"""Keep what a panel said of a service, with the moment it said so. A system without plans leaves none."""

from datetime import datetime
from typing import Any

from palier.drivers.panel import State
from palier.events.write_fields import write_fields
from palier.provisioning.margin import with_margin
from palier.provisioning.models import Server, Service


def keep_state(service: Service, state: State, at: datetime) -> None:
    columns = {**kept(state, service.server), "inspected_at": at, "missing_at": None}
    for name, value in columns.items():
        setattr(service, name, value)
    write_fields(service, *columns)


def kept(state: State, server: Server) -> dict[str, Any]:
    """What is kept of it, by column."""
    return {
        "package": state.plan or "",
        "privileges": state.privileges,
        "limits": dict(state.limits),
        "suspended": state.suspended,
        "grows_only": sorted(state.grows_only),
        "room": dict(with_margin(state, server.margin).room),
        "usage": {
            resource: {"amount": measure.amount, "exactness": measure.exactness}
            for resource, measure in state.usage.items()
        },
    }
