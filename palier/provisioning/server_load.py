"""What lives on servers, and what waits there, of all customers: for staff."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet

from palier.core.states import OPEN_JOB
from palier.provisioning.models import ProvisioningJob, Server, Service

GIVEN_UP = "needs_person"


@dataclass
class Load:
    """Services that have not ended, jobs that will be tried, and jobs that were given up."""

    services: int = 0
    waiting: int = 0
    given_up: int = 0


def across_customers_load() -> dict[UUID, Load]:
    """By the id of each server; in two statements, however many there are."""
    found: dict[UUID, Load] = defaultdict(Load)
    alive = Service.objects.filter(ended_at=None).values("server_id").order_by()
    for living in alive.annotate(many=Count("id")):
        found[living["server_id"]].services = living["many"]
    jobs = ProvisioningJob.objects.filter(state__in=[*OPEN_JOB, GIVEN_UP]).order_by()
    for row in jobs.values("service__server_id", "state").annotate(many=Count("id")):
        load = found[row["service__server_id"]]
        if row["state"] == GIVEN_UP:
            load.given_up += row["many"]
        else:
            load.waiting += row["many"]
    return found


def across_customers_living_on(server: Server) -> int:
    """Services that somebody has: of a subscription that is over, the account may still be there."""
    services = Service.objects.filter(server=server, ended_at=None)
    return services.exclude(subscription__state="cancelled").count()


def across_customers_jobs_for(server: Server) -> int:
    """Jobs that will be tried there."""
    return ProvisioningJob.objects.filter(service__server=server, state__in=OPEN_JOB).count()


def across_customers_services_on(server: Server) -> QuerySet[Service]:
    """Those that have not ended, the oldest first."""
    services = Service.objects.filter(server=server, ended_at=None)
    return services.select_related("subscription", "customer").order_by("id")
