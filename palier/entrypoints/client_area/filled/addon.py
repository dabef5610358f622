"""An add-on before it is bought: its first period as it will be invoiced, and the next one."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from palier.billing.models import PaymentMethod
from palier.catalog.for_sale import Plan
from palier.core.money import Money
from palier.core.periods import BillingCycle
from palier.core.pricing import Configuration, plan_key
from palier.core.renewal import next_span
from palier.core.tax import Taxed
from palier.entrypoints.client_area.access import Client
from palier.entrypoints.client_area.addresses import to
from palier.entrypoints.client_area.filled.check import payment_choices
from palier.entrypoints.client_area.filled.parts import crumb_of_service
from palier.entrypoints.client_area.pages.addon import AddonCycle, AddonPage
from palier.entrypoints.client_area.pages.check import QuoteRow
from palier.entrypoints.client_area.pages.parts import crumbs
from palier.entrypoints.design.parts import Crumb
from palier.subscriptions.models import Subscription
from palier.subscriptions.next_renewal import taxed_period
from palier.subscriptions.start import agreement
from palier.words.dates import long_day
from palier.words.quote_lines import tax_label


def addon_page(
    client: Client,
    parent: Subscription,
    plan: Plan,
    cycle: BillingCycle,
    *,
    methods: Sequence[PaymentMethod],
    was: Money | None = None,
) -> AddonPage:
    """`was` is the total that was read and is no longer the one."""
    draft = agreement(
        parent.customer, Configuration(plan.code, cycle), label=parent.label, house=client.house, on=client.on
    )
    invoice = taxed_period(draft, client.on, client.house, client.on)
    until_on = next_span(client.on, cycle, client.on).until_on
    return AddonPage(
        name=client.say(plan.names),
        summary=client.say(plan.summaries),
        label=parent.label,
        cycles=_cycles(client, parent, plan, cycle),
        cycle=cycle,
        rows=_rows(client, plan, invoice, until_on, parent.currency),
        total=Money(invoice.total, parent.currency),
        renews_on=until_on,
        url=to("addon", parent.id, plan.code),
        back_url=to("product", parent.id),
        methods=payment_choices(methods, client.on) if invoice.total else (),
        was=was,
        crumbs=crumbs(crumb_of_service(client, parent), Crumb(_("Add-on"))),
    )


def _rows(client: Client, plan: Plan, invoice: Taxed, until_on: date, currency: str) -> tuple[QuoteRow, ...]:
    names = {code: client.say(texts) for code, texts in client.catalog.tax_names.items()}
    note = _("from %(start)s to %(end)s") % {
        "start": long_day(client.on, client.language),
        "end": long_day(until_on, client.language),
    }
    first = QuoteRow("line", client.say(plan.names), Money(invoice.net, currency), note)
    taxes = (
        QuoteRow("tax", tax_label(tax, names, client.language), Money(tax.amount, currency))
        for tax in invoice.lines
    )
    return (first, *taxes)


def _cycles(client: Client, parent: Subscription, plan: Plan, chosen: BillingCycle) -> tuple[AddonCycle, ...]:
    prices = client.catalog.unit_prices(parent.currency)
    return tuple(
        AddonCycle(
            BillingCycle(code),
            Money(prices[plan_key(plan.code, BillingCycle(code))], parent.currency),
            to("addon", parent.id, plan.code, query={"cycle": code}),
            BillingCycle(code) == chosen,
        )
        for code in client.catalog.cycles_of(plan.code, parent.currency)
    )
