"""What stands in the way of a change, measured at the moment of applying it."""

from collections.abc import Iterable

from palier.catalog import snapshot
from palier.core.fit import Misfit, that_stop
from palier.core.policies import UnknownUsage
from palier.drivers import panel as promise
from palier.drivers.panel import Capability, Panel
from palier.provisioning.margin import with_margin
from palier.provisioning.models import ProvisioningJob


def in_the_way(job: ProvisioningJob, panel: Panel) -> tuple[Misfit, ...]:
    """What the panel finds, and what a margin of the catalogue asks for; without what the policy only warns of."""
    service, policy = job.service, _policy(job)
    account = service.panel_account
    found = _that_stop(panel.preflight(account, job.target), policy)
    if found or not service.server.margin or Capability.INSPECT not in panel.capabilities:
        return found
    state = with_margin(panel.inspect(account), service.server.margin)
    return _that_stop(promise.in_the_way(state, job.target), policy)


def _that_stop(found: Iterable[Misfit], policy: UnknownUsage) -> tuple[Misfit, ...]:
    """Nobody asks how much is used of what is only granted: that it is unknown stops nothing."""
    catalog = snapshot.current()
    return that_stop(
        (misfit for misfit in found if not misfit.is_unknown or catalog.is_measured(misfit.resource)), policy
    )


def _policy(job: ProvisioningJob) -> UnknownUsage:
    return "warn" if job.unknown_usage == "warn" else "refuse"
