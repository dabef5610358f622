"""What the demo client's virtual servers see of themselves, where they are real."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from palier.catalog import snapshot
from palier.drivers.errors import PanelError
from palier.drivers.panel import State
from palier.entrypoints.demo.pages.scenarios import Inside
from palier.entrypoints.demo.world.cast import BOREALE
from palier.provisioning.models import Service
from palier.provisioning.panels import NotConfigured, panel_of


def virtual_servers() -> "QuerySet[Service]":
    """Of the demo client, in a container."""
    of_client = Service.objects.filter(customer__name=BOREALE.name, server__driver="incus", ended_at=None)
    return of_client.select_related("server", "subscription").order_by("id")


def inside() -> Iterator[Inside]:
    catalog, language = snapshot.current(), get_language() or "en"
    for service in virtual_servers():
        configuration = service.subscription.configuration
        sold = catalog.limits_of(configuration)
        state = _seen(service)
        seen = state.limits if state else {}
        yield Inside(
            label=service.subscription.label,
            account=service.account,
            url=_address(service),
            plan_name=catalog.plans[configuration.plan].names[language],
            sold_cpus=sold.get("cpus"),
            sold_memory=sold.get("memory"),
            runs=state is not None and state.usage["memory"].amount > 0,
            cpus=seen.get("cpus"),
            memory=seen.get("memory"),
            agrees=(sold.get("cpus"), sold.get("memory")) == (seen.get("cpus"), seen.get("memory")),
        )


def _seen(service: Service) -> State | None:
    """Asked now, and inside: what runs `nproc` there is the driver."""
    try:
        return panel_of(service.server).inspect(service.panel_account)
    except (PanelError, NotConfigured):
        return None


def _address(service: Service) -> str:
    try:
        return reverse("client_area:product", args=[service.subscription_id])
    except NoReverseMatch:
        return ""
