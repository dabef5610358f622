"""Reading drifts."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

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
    before: datetime, most: int | None = None
) -> dict[UUID, list[tuple[UUID, UUID]]]:
    """By server, (customer, subscription) of services that were not compared since, those that wait longest first and
    no more than `most` of a server; not those that are known to be gone, nor what lives on a server that is down."""
    waits_longest = (F("compared_at").asc(nulls_first=True), F("id").asc())
    in_line = Window(RowNumber(), partition_by=F("server"), order_by=waits_longest)
    down = open_circuits().filter(server=OuterRef("server"))
    waiting = Service.objects.filter(not_compared_since(before), ~Exists(down), ended_at=None)
    if most is not None:
        waiting = waiting.alias(in_line=in_line).filter(in_line__lte=most)
    found: dict[UUID, list[tuple[UUID, UUID]]] = {}
    keys = waiting.order_by(*waits_longest).values_list("server_id", "customer_id", "subscription_id")
    for server_id, customer_id, subscription_id in keys:
        found.setdefault(server_id, []).append((customer_id, subscription_id))
    return found


def across_customers_not_found(server_id: UUID, before: datetime) -> list[tuple[UUID, UUID]]:
    """Of a server, those that their panel does not know, and that were not compared since."""
    missing = Service.objects.filter(server=server_id, missing_at__isnull=False, ended_at=None)
    waiting = missing.filter(not_compared_since(before))
    return list(waiting.order_by("id").values_list("customer_id", "subscription_id"))


def is_to_compare(customer_id: UUID, subscription_id: UUID, before: datetime) -> bool:
    """Was it not compared since?"""
    service = Service.objects.filter(customer_id=customer_id, subscription_id=subscription_id)
    return service.filter(not_compared_since(before)).exists()


def not_compared_since(before: datetime) -> Q:
    """Of a service."""
    return Q(compared_at=None) | Q(compared_at__lt=before)


def across_customers_count(before: datetime) -> tuple[int, int]:
    """How many services were compared with a panel since, and how many wait for theirs: a server that did not answer
    when it was last asked vouches for nothing."""
    drivers = [name for name in panel_drivers() if Capability.INSPECT in panel_class(name).capabilities]
    asked = Service.objects.filter(server__driver__in=drivers, ended_at=None)
    silent = Circuit.objects.filter(server=OuterRef("server"))
    waiting = asked.filter(not_compared_since(before) | Q(Exists(silent))).count()
    return asked.count() - waiting, waiting
