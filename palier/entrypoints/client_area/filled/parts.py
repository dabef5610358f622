"""Values that several pages show: a service in a list, a change under way, a gauge, the words of resources."""

from datetime import date

from palier.catalog.snapshot import Resource
from palier.core.money import Money
from palier.core.periods import BillingCycle
from palier.core.pricing import Configuration
from palier.entrypoints.client_area.access import Client
from palier.entrypoints.client_area.addresses import to, to_pay
from palier.entrypoints.client_area.pages.parts import OpenChange, ServiceRow
from palier.entrypoints.design.parts import Crumb, Gauge
from palier.people.permissions import PAY
from palier.plan_changes.standing import Standing
from palier.provisioning.models import Service
from palier.subscriptions.models import Subscription
from palier.words.limits import ResourceWords, resource_words


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


def gauges(client: Client, service: Service, configuration: Configuration) -> tuple[Gauge, ...]:
    """What is used of what the configuration grants, resource by resource, as far as the server measures it."""
    limits, usage = client.catalog.limits_of(configuration), service.measures
    return tuple(
        Gauge(
            client.say(resource.names),
            "storage" if resource.unit == "storage" else "count",
            usage[code].amount if code in usage and usage[code].exactness != "unknown" else None,
            limits.get(code),
        )
        for code, resource in client.catalog.resources.items()
        if resource.measured and (code in usage or code in limits)
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
