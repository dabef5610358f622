"""Values that several pages show: a service in a list, a change under way, a gauge, the words of resources."""

from datetime import date, timedelta

from palier.catalog.for_sale import Resource
from palier.core.fit import Measure
from palier.core.money import Money
from palier.core.periods import BillingCycle
from palier.core.pricing import Configuration
from palier.entrypoints.client_area.access import Client
from palier.entrypoints.client_area.addresses import to, to_pay
from palier.entrypoints.client_area.pages.parts import Measured, OpenChange, ServiceRow
from palier.entrypoints.design.parts import Crumb, Gauge
from palier.people.permissions import PAY
from palier.plan_changes.standing import Standing
from palier.provisioning.circuit import down
from palier.provisioning.inspect import is_stale
from palier.provisioning.models import Service
from palier.subscriptions.models import Subscription
from palier.words.limits import ResourceWords, resource_words

#: What is there or not, and never partly used: a gauge would say nothing.
NEVER_USED_UP = frozenset({"cpus"})


def service_row(client: Client, standing: Standing) -> ServiceRow:
    subscription = standing.subscription
    product = client.catalog.product_of(subscription.plan_id)
    return ServiceRow(
        url=to("product", subscription.id),
        icon=product.icon,
        product_name=client.say(product.names),
        plan_name=client.plan_name(subscription.plan_id),
        label=subscription.label,
        status=standing.status(client.on),
        price=price_of(subscription),
        cycle=BillingCycle(subscription.cycle),
        renews_on=None if standing.is_overdue(client.on) else standing.paid_until_on,
        ends_on=ends_on(standing),
        change=under_way(client, standing),
    )


def ends_on(standing: Standing) -> date | None:
    """The day it ended, or was asked to end."""
    return standing.subscription.ended_on or standing.ends_on


def price_of(subscription: Subscription) -> Money:
    return Money(subscription.price, subscription.currency)


def under_way(client: Client, standing: Standing) -> OpenChange | None:
    """The open change of a service, with where to follow it and, for who may, where to pay it."""
    change = standing.change
    if change is None:
        return None
    pays = change.state == "awaiting_payment" and change.invoice_id is not None and client.may(PAY)
    return OpenChange(
        from_name=client.plan_name(change.origin.plan),
        to_name=client.plan_name(change.target.plan),
        label=standing.subscription.label,
        state=change.state,
        url=to("follow", change.id),
        pay_url=to_pay(change.invoice_id) if pays and change.invoice_id else "",
        promised_by=change.promised_by if change.state == "needs_person" else None,
        takes_effect_on=change.takes_effect_on if change.state == "scheduled" else None,
    )


def measured(client: Client, service: Service) -> Measured:
    """When, and what is done about it. Whether the server answers is read where it is to be asked."""
    stale = is_stale(service, client.at)
    is_silent = stale and down(service.server_id) is not None
    relied_on = timedelta(hours=2 * service.server.sampled_every_hours)
    return Measured(
        service.inspected_at,
        client.at,
        is_measuring=stale and not is_silent,
        is_silent=is_silent,
        is_old=service.inspected_at is not None and client.at - service.inspected_at > relied_on,
    )


def gauges(
    client: Client, service: Service, configuration: Configuration, is_old: bool = False
) -> tuple[Gauge, ...]:
    """What is used of what the configuration grants, resource by resource, as far as the server measures it."""
    limits, usage = client.catalog.limits_of(configuration), service.measures
    return tuple(
        _gauge(client.say(resource.names), resource.unit, usage.get(code), limits.get(code), is_old)
        for code, resource in client.catalog.resources.items()
        if (code in usage and code not in NEVER_USED_UP and not resource.granted)
        or (resource.measured and code in limits)
    )


def _gauge(name: str, unit: str, measure: Measure | None, limit: int | None, is_old: bool) -> Gauge:
    is_known = measure is not None and measure.exactness != "unknown"
    return Gauge(
        name,
        "storage" if unit == "storage" else "count",
        measure.amount if measure is not None and is_known else None,
        limit,
        is_sampled=measure is not None and measure.exactness == "sampled",
        is_old=is_old and is_known,
    )


def resources_in_words(client: Client) -> dict[str, ResourceWords]:
    return {code: _in_words(client, resource) for code, resource in client.catalog.resources.items()}


def _in_words(client: Client, resource: Resource) -> ResourceWords:
    return resource_words(resource.unit, resource.names, resource.counted, client.language)


def person_reason(client: Client, before: Configuration, after: Configuration) -> str:
    """Why a person must step in on that way, as the catalogue says it to clients; empty where it says nothing."""
    return client.say(client.catalog.person(before, after).get("reasons", {}))


def line_names(client: Client) -> dict[str, str]:
    """What the lines of a quote name, in the language of the page."""
    return {code: client.say(texts) for code, texts in client.catalog.line_names.items()}


def crumb_of_service(client: Client, subscription: Subscription) -> Crumb:
    return Crumb(client.plan_name(subscription.plan_id), to("product", subscription.id))
