"""`palier quote SUBSCRIPTION PLAN`: what a change would cost and why, as the client would read it. Writes nothing."""

import argparse
import json
from datetime import date, datetime
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _
from rich.markup import escape
from rich.table import Table

from palier.core.money import Money
from palier.core.periods import BillingCycle, billing_date
from palier.core.pricing import Configuration
from palier.core.quote import Quote, plan_change_quote
from palier.core.quote_json import quote_json
from palier.entrypoints.cli.screen import console, errors
from palier.events import clock
from palier.plan_changes.facts import Situation, situation, towards
from palier.plan_changes.ways import kept_in
from palier.reactions import house
from palier.subscriptions.models import Subscription
from palier.words.amounts import amount
from palier.words.dates import appointment, long_day
from palier.words.languages import in_language
from palier.words.limits import resource_words
from palier.words.obstacles import obstacle_sentence
from palier.words.quote_lines import quote_lines
from palier.words.tax_notes import tax_note


class NotFound(LookupError):
    """No such subscription or plan; the message says what there is."""


def run(arguments: argparse.Namespace) -> int:
    try:
        subscription = across_customers_named(arguments.subscription)
        found = _situation(subscription, arguments.on)
        quote = _quote(found, arguments.plan, arguments.cycle, arguments.when)
    except NotFound as error:
        errors.print(escape(str(error)), soft_wrap=True)
        return 1
    language = arguments.language or found.provider.language
    if arguments.json:
        console.print_json(json.dumps(quote_json(quote)))
    else:
        with translation.override(language):
            _say(found, quote, language)
    return 0 if quote.is_possible else 1


def across_customers_named(name: str) -> Subscription:
    """By id, or by its label (a domain) where only one active subscription has it. Raises `NotFound`."""
    try:
        known = Subscription.objects.filter(id=UUID(name))
    except ValueError:
        known = Subscription.objects.filter(label=name).exclude(state="cancelled")
    subscriptions = list(known.select_related("customer")[:2])
    if len(subscriptions) == 1:
        return subscriptions[0]
    if subscriptions:
        ids = ", ".join(str(one.id) for one in known)
        raise NotFound(f"Several subscriptions are called {name}: name one by its id ({ids}).")
    raise NotFound(f"No subscription is called {name}: write its id, or its label as clients see it.")


def _situation(subscription: Subscription, on: date | None) -> Situation:
    now = house()
    at = clock.now()
    if on is not None:
        time = at.astimezone(now.provider.zone).timetz()
        at = datetime.combine(on, time)
    return situation(subscription.customer_id, subscription.id, at, house=now)


def _quote(found: Situation, plan: str, cycle: str | None, when: str | None) -> Quote:
    catalog, current = found.catalog, found.subscription.configuration
    if plan not in catalog.plans:
        raise NotFound(f"No plan is called {plan}. There are: {', '.join(sorted(catalog.plans))}.")
    try:
        asked = BillingCycle(cycle or current.cycle.code)
    except ValueError:
        raise NotFound(
            f"{cycle} is no billing cycle: write monthly, yearly, or another that is sold."
        ) from None
    target = Configuration(plan, asked, kept_in(plan, asked, current, catalog, found.prices))
    at_renewal = None if when is None else when == "renewal"
    return plan_change_quote(towards(found, target, at_renewal))


def _say(found: Situation, quote: Quote, language: str) -> None:
    """Heading, what stands in the way, the sum of today, and what follows."""
    names = {code: in_language(plan.names, language) for code, plan in found.catalog.plans.items()}
    on = billing_date(found.at, found.provider.zone)
    heading = f"{names[quote.origin.plan]} → {names[quote.target.plan]}"
    console.print(
        f"[bold]{escape(heading)}[/] · {escape(found.subscription.label)} · {long_day(on, language)}"
    )
    words = {
        code: resource_words(one.unit, one.names, one.counted, language)
        for code, one in found.catalog.resources.items()
    }
    for obstacle in (*quote.obstacles, *quote.warnings):
        colour = "red" if obstacle in quote.obstacles else "yellow"
        sentence = obstacle_sentence(obstacle, quote.currency, words, language)
        console.print(f"[{colour}]{escape(sentence)}[/]", soft_wrap=True)
    console.print(_sum(found, quote, language))
    for note in quote.today.notes if quote.lines else ():
        name = in_language(found.catalog.tax_names.get(note.tax, {}), language) or note.tax
        console.print(f"[dim]{escape(tax_note(note, name, language))}[/]", soft_wrap=True)
    if quote.at_renewal:
        day = long_day(quote.takes_effect_on, language)
        console.print(_("Begins at the renewal of %(day)s") % {"day": day})
    if quote.promised_by is not None:
        when = appointment(quote.promised_by, language, found.provider.zone)
        console.print(_("It will be ready by %(when)s.") % {"when": when})


def _sum(found: Situation, quote: Quote, language: str) -> Table:
    taxes = {code: in_language(texts, language) for code, texts in found.catalog.tax_names.items()}
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(overflow="fold")
    table.add_column(justify="right")
    for line in quote_lines(quote, taxes, language) if quote.lines else ():
        note = f"\n[dim]{escape(line.note)}[/]" if line.note else ""
        table.add_row(escape(line.label) + note, amount(line.amount, language))

    def row(label: str, minor: int) -> None:
        table.add_row(label, amount(Money(minor, quote.currency), language))

    row(f"[bold]{_('Due today')}[/]", quote.due_now)
    if quote.returned:
        row(_("To the credit balance"), quote.returned)
    row(f"{_('Next renewal')}, {long_day(quote.renewal_on, language)}", quote.renewal.total)
    return table
