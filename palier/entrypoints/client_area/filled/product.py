"""The founding page, from a service and its life."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.core.periods import BillingCycle
from palier.drivers.panel import Capability
from palier.entrypoints.client_area.access import Client
from palier.entrypoints.client_area.addresses import to, to_pay
from palier.entrypoints.client_area.filled import parts
from palier.entrypoints.client_area.filled.addons import added_to, addon_rows
from palier.entrypoints.client_area.filled.hint import hint_of
from palier.entrypoints.client_area.filled.overdue import overdue
from palier.entrypoints.client_area.pages.parts import NOT_MEASURED, InvoiceRow, crumbs
from palier.entrypoints.client_area.pages.product import HistoryLine, ProductPage
from palier.entrypoints.design.parts import Crumb
from palier.people.permissions import CANCEL, CHANGE_PLAN, OPEN_PANEL, PAY, SET_PASSWORD
from palier.plan_changes.facts import OpenInvoice, Situation, situation_of
from palier.plan_changes.life import Happening, Life, life_of
from palier.plan_changes.ways import leads_elsewhere
from palier.provisioning.models import Service
from palier.provisioning.panels import capabilities_of, panel_name
from palier.subscriptions.models import Subscription
from palier.subscriptions.next_renewal import renewal_total
from palier.words.history import history_line
from palier.words.limits import grants

#: As many lines of the past as the page shows.
LINES = 10


@dataclass(frozen=True)
class ProductRead:
    """What the page is made of: three statements."""

    life: Life
    situation: Situation

    @property
    def service(self) -> Service:
        return self.life.standing.service

    @property
    def subscription(self) -> Subscription:
        return self.life.standing.subscription


def read_product(client: Client, subscription_id: UUID) -> ProductRead:
    """Raises `Service.DoesNotExist`, for another customer's too."""
    life = life_of(client.customer_id, subscription_id)
    return ProductRead(life, situation_of(life.standing, client.at, house=client.house))


def product_page(client: Client, read: ProductRead) -> ProductPage:
    subscription, service, standing = read.subscription, read.service, read.life.standing
    product = client.catalog.product_of(subscription.plan_id)
    is_measured = Capability.INSPECT in capabilities_of(service.server)
    measured = parts.measured(client, service) if is_measured else NOT_MEASURED
    gauges = parts.gauges(client, service, subscription.configuration, measured.is_old)
    limits, resources = client.catalog.limits_of(subscription.configuration), client.catalog.resources
    beside = {code: limit for code, limit in limits.items() if not is_measured or resources[code].granted}
    page = ProductPage(
        product_name=client.say(product.names),
        plan_name=client.plan_name(subscription.plan_id),
        label=subscription.label,
        icon=product.icon,
        status=standing.status(client.on),
        price=parts.price_of(subscription),
        cycle=BillingCycle(subscription.cycle),
        now=client.at,
        ends_on=parts.ends_on(standing),
        payment_method=read.life.payment_method,
        gauges=gauges if is_measured else (),
        grants=grants(parts.resources_in_words(client), beside, client.language),
        measured=measured,
        history=tuple(_history(client, read))[:LINES],
        change=parts.under_way(client, standing),
        unpaid=_unpaid(client, read.situation),
        hint=hint_of(client, read.situation, gauges) if client.may(CHANGE_PLAN) else None,
        addons=addon_rows(client, read.situation),
        added_to=added_to(client, subscription),
        panel_name=panel_name(service.server),
        invoices_url=to("invoices", query={"service": str(subscription.id)}),
        url=to("product", subscription.id),
        crumbs=crumbs(Crumb(_("Product details"))),
    )
    return _with_acts(client, read, _with_renewal(client, read, _with_overdue(client, read, page)))


def _with_overdue(client: Client, read: ProductRead, page: ProductPage) -> ProductPage:
    """Read only where there is something to say: most pages cost no more for it."""
    subscription = read.subscription
    if page.unpaid is None and subscription.state != "suspended":
        return page
    found = overdue(client, subscription)
    others = subscription.state == "suspended" and (found is None or found.suspended_on is None)
    return replace(page, overdue=found, write_to=client.provider.email if others else "")


def _with_renewal(client: Client, read: ProductRead, page: ProductPage) -> ProductPage:
    """The date and the price of the next renewal, unless the service ends before."""
    subscription, renews_on = read.subscription, read.life.standing.paid_until_on
    if read.life.standing.is_overdue(client.on):
        return replace(page, paid_until_on=renews_on)
    if page.ends_on is not None or renews_on is None or not subscription.upcoming.cycle.is_recurring:
        return page
    next_plan = subscription.upcoming.plan
    return replace(
        page,
        renews_on=renews_on,
        renewal_total=renewal_total(subscription, renews_on, house=client.house, on=client.on),
        next_plan_name=client.plan_name(next_plan) if next_plan != subscription.plan_id else "",
    )


def _with_acts(client: Client, read: ProductRead, page: ProductPage) -> ProductPage:
    """What can be done from here, with this role and this server; nothing with a service that is over."""
    subscription, can = read.subscription, capabilities_of(read.service.server)
    if subscription.state == "cancelled":
        return page
    # One that waits for the renewal is set aside by another; the others are followed to their end first.
    is_changing = read.life.standing.change is not None and read.life.standing.change.state != "scheduled"
    changes = client.may(CHANGE_PLAN) and not is_changing and leads_elsewhere(subscription, client.catalog)
    sets = client.may(SET_PASSWORD) and Capability.SET_PASSWORD in can
    opens = client.may(OPEN_PANEL) and Capability.SIGN_IN in can
    return replace(
        page,
        upgrade_url=to("choose", subscription.id) if changes else "",
        cancel_url=to("cancellation", subscription.id) if client.may(CANCEL) else "",
        password_url=to("password", subscription.id) if sets else "",
        panel_url=to("panel", subscription.id) if opens else "",
    )


def _history(client: Client, read: ProductRead) -> Iterator[HistoryLine]:
    for happening in read.life.happenings:
        facts = _facts(client, happening, read.subscription)
        sentence = history_line(happening.kind, facts, client.language, client.zone)
        if sentence:
            number, invoice_id = happening.invoice_number, happening.invoice_id
            yield HistoryLine(
                happening.at.astimezone(client.zone).date(),
                sentence,
                to("invoice", invoice_id) if invoice_id else "",
                _("invoice %(number)s") % {"number": number} if invoice_id else "",
            )


def _facts(client: Client, happening: Happening, subscription: Subscription) -> dict[str, object]:
    """The event's own facts and the names that events do not hold (words/history.py)."""
    facts = {**happening.facts, "by": happening.by}
    if happening.from_plan:
        facts["from_plan"] = client.plan_name(happening.from_plan)
        facts["to_plan"] = client.plan_name(happening.to_plan)
    elif happening.kind == "subscription.started" and "configuration" in facts:
        facts["to_plan"] = client.plan_name(facts["configuration"]["plan"])
    if happening.kind == "period.paid":
        facts["first"] = facts["start_on"] == subscription.started_on.isoformat()
    return facts


def _unpaid(client: Client, situation: Situation) -> InvoiceRow | None:
    """The oldest invoice of a begun period that is owed."""
    return _invoice_row(client, situation, situation.unpaid[-1]) if situation.unpaid else None


def _invoice_row(client: Client, situation: Situation, invoice: OpenInvoice) -> InvoiceRow:
    owed = Money(invoice.owed, situation.subscription.currency)
    status = "in_flight" if invoice.in_flight else "overdue" if invoice.due_on < situation.on else "due"
    return InvoiceRow(
        url=to("invoice", invoice.id),
        number=invoice.number,
        issued_on=invoice.due_on,
        subject=situation.subscription.label,
        total=owed,
        status=status,
        owed=owed,
        due_on=invoice.due_on,
        pay_url=to_pay(invoice.id) if client.may(PAY) else "",
    )
