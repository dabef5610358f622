"""Reading drifts."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from palier.core.states import OPEN_JOB
from palier.drivers.panel import Capability
from palier.drivers.registry import panel_class, panel_drivers
from palier.plan_changes.models import PlanChange
from palier.provisioning.circuit import open_circuits
from palier.provisioning.models import Circuit, ProvisioningJob, Service
from palier.reconciliation.models import Allowance, Drift


def open_drifts_of(customer_id: UUID, service_id: UUID) -> QuerySet[Drift]:
    return Drift.objects.filter(customer_id=customer_id, service_id=service_id, ended_at=None)


def drift_of(customer_id: UUID, drift_id: UUID, *, lock: bool = False) -> Drift:
    """With its service, server and subscription. Raises `Drift.DoesNotExist`."""
    drifts = Drift.objects.select_related("service__server", "service__subscription", "customer")
    if lock:
        drifts = drifts.select_for_update(of=("self",))
    return drifts.get(customer_id=customer_id, id=drift_id)


def across_customers_open_drifts() -> QuerySet[Drift]:
    """What differs today, what was found first on top; what is missing before anything else."""
    drifts = Drift.objects.filter(ended_at=None)
    drifts = drifts.select_related("customer", "service__server", "service__subscription")
    return drifts.order_by("found_at", "id")


def allowed_limits(service: Service) -> dict[str, int | None]:
    """What a person has let stand, of the configuration that the service has now. The last word counts."""
    configuration = service.subscription.configuration.to_json()
    allowances = Allowance.objects.filter(
        customer_id=service.customer_id, service=service, configuration=configuration
    )
    allowed: dict[str, int | None] = {}
    for allowance in allowances.order_by("allowed_at", "id"):
        allowed |= allowance.limits
    return allowed


def is_being_worked_on(service: Service) -> bool:
    """Is a machine or a person at it? What is found then is no drift yet. People make some changes without a job."""
    changes = PlanChange.objects.filter(
        customer_id=service.customer_id, subscription_id=service.subscription_id
    )
    if changes.filter(state__in=("applying", "needs_person")).exists():
        return True
    jobs = ProvisioningJob.objects.filter(customer_id=service.customer_id, service_id=service.id)
    return jobs.filter(state__in=OPEN_JOB).exists()


def across_customers_to_compare(
    before: datetime, most: int | None = None, *, missing: bool = False
) -> list[tuple[UUID, UUID, UUID]]:
    """(server, customer, subscription) of services that were not compared since, those that wait longest first; not
    those that are known to be gone, nor what lives on a server that is down. `missing`: only those that their panel
    does not know."""
    down = open_circuits().filter(server=OuterRef("server"))
    waiting = Service.objects.filter(
        Q(compared_at=None) | Q(compared_at__lt=before), ~Exists(down), ended_at=None
    )
    if missing:
        waiting = waiting.filter(missing_at__isnull=False)
    waiting = waiting.order_by(F("compared_at").asc(nulls_first=True), "id")
    return list(waiting.values_list("server_id", "customer_id", "subscription_id")[:most])


def across_customers_count(before: datetime) -> tuple[int, int]:
    """How many services were compared with a panel since, and how many wait for theirs: a server that did not answer
    when it was last asked vouches for nothing."""
    drivers = [name for name in panel_drivers() if Capability.INSPECT in panel_class(name).capabilities]
    asked = Service.objects.filter(server__driver__in=drivers, ended_at=None)
    silent = Circuit.objects.filter(server=OuterRef("server"))
    waiting = asked.filter(Q(compared_at=None) | Q(compared_at__lt=before) | Exists(silent)).count()
    return asked.count() - waiting, waiting
