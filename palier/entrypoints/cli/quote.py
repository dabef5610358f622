"""`palier quote SUBSCRIPTION PLAN`: what a change would cost and why, as the client would read it. Writes nothing."""

import argparse
import json
from collections.abc import Sequence
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
from palier.words.addons import addon_sentences
from palier.words.amounts import amount
from palier.words.codes import code_problem
from palier.words.dates import long_day
from palier.words.discounts import discount_sentences
from palier.words.languages import in_language
from palier.words.limits import resource_words
from palier.words.obstacles import obstacle_sentence
from palier.words.quote_lines import quote_lines
from palier.words.tax_notes import tax_note
from palier.words.what_happens import Course, Replaced, what_happens


class NotFound(LookupError):
    """No such subscription or plan; the message says what there is."""


def run(arguments: argparse.Namespace) -> int:
    try:
        subscription = across_customers_named(arguments.subscription)
        found = _situation(subscription, arguments.on, arguments.code)
        target = _target(found, arguments.plan, arguments.cycle, arguments.option)
        at_renewal = None if arguments.when is None else arguments.when == "renewal"
        quote = plan_change_quote(towards(found, target, at_renewal))
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


def _situation(subscription: Subscription, on: date | None, code: str) -> Situation:
    now = house()
    at = clock.now()
    if on is not None:
        time = at.astimezone(now.provider.zone).timetz()
        at = datetime.combine(on, time)
    return situation(subscription.customer_id, subscription.id, at, house=now, code=code)


def _target(found: Situation, plan: str, cycle: str | None, options: Sequence[str]) -> Configuration:
    """With the options that are kept there, but for those that are asked for. Raises `NotFound`."""
    catalog, current = found.catalog, found.subscription.configuration
    if plan not in catalog.plans:
        raise NotFound(f"No plan is called {plan}. There are: {', '.join(sorted(catalog.plans))}.")
    try:
        asked = BillingCycle(cycle or current.cycle.code)
    except ValueError:
        raise NotFound(
            f"{cycle} is no billing cycle: write monthly, yearly, or another that is sold."
        ) from None
    kept = kept_in(plan, asked, current, catalog, found.prices)
    wanted = dict(_quantity(found, plan, written) for written in options)
    return Configuration(plan, asked, tuple({**dict(kept), **wanted}.items()))


def _quantity(found: Situation, plan: str, written: str) -> tuple[str, int]:
    """`ipv4=2`. Raises `NotFound`, with what can be had."""
    code, _equals, quantity = written.partition("=")
    known = {option.code: option for option in found.catalog.product_of(plan).options}
    if code not in known:
        raise NotFound(f"{plan} has no option {code}. There are: {', '.join(known) or 'none'}.")
    if not (quantity.isascii() and quantity.isdecimal()):
        raise NotFound(f"{written} is no quantity: write {code}=1.")
    option = known[code]
    if not option.allows(int(quantity)):
        most = "" if option.most is None else f" and at most {option.most}"
        raise NotFound(f"{quantity} of {code} cannot be had: at least {option.least}{most}.")
    return code, int(quantity)


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
    if quote.code_problem:
        console.print(f"[yellow]{escape(code_problem(quote.code_problem))}[/]", soft_wrap=True)
    lines = {code: in_language(texts, language) for code, texts in found.catalog.line_names.items()}
    console.print(_sum(quote, lines, language))
    for note in quote.today.notes if quote.lines else ():
        console.print(
            f"[dim]{escape(tax_note(note, lines.get(note.tax, note.tax), language))}[/]", soft_wrap=True
        )
    for one in what_happens(_course(found, quote, names, lines, language), language, found.provider.zone):
        lead = f"[bold]{escape(one.lead)}[/] " if one.lead else ""
        console.print(f"· {lead}{escape(one.text)}", soft_wrap=True)


def _course(
    found: Situation, quote: Quote, names: dict[str, str], lines: dict[str, str], language: str
) -> Course:
    """What the check page of the same change is made of."""
    path = found.catalog.path(quote.origin.plan, quote.target.plan)
    person = found.catalog.person(quote.origin, quote.target)
    change = found.standing.change
    is_planned = change is not None and change.state == "scheduled"
    return Course(
        from_name=names[quote.origin.plan],
        to_name=names[quote.target.plan],
        direction=quote.direction,
        due_now=Money(quote.due_now, quote.currency),
        returned=Money(quote.returned, quote.currency) if quote.returned else None,
        takes_effect_on=quote.takes_effect_on if quote.at_renewal else None,
        approval=quote.approval,
        approval_reason=in_language(path.policies.approval_reason, language) if path else "",
        approved_by=quote.approved_by,
        needs_person=quote.needs_person,
        person_reason=in_language(person.get("reasons", {}), language),
        promised_by=quote.promised_by,
        note=in_language(path.notes, language) if path else "",
        discounts=tuple(discount_sentences(quote, lines, language)),
        extra_days=quote.extra_days,
        extra_until_on=quote.renewal_on,
        replaced=Replaced(names[change.target.plan], change.takes_effect_on)
        if change is not None and is_planned
        else None,
        addons=addon_sentences(quote, names.__getitem__, language),
    )


def _sum(quote: Quote, names: dict[str, str], language: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(overflow="fold")
    table.add_column(justify="right")
    for line in quote_lines(quote, names, language) if quote.lines else ():
        note = f"\n[dim]{escape(line.note)}[/]" if line.note else ""
        table.add_row(escape(line.label) + note, amount(line.amount, language))

    def row(label: str, minor: int) -> None:
        table.add_row(label, amount(Money(minor, quote.currency), language))

    due = _("Due once approved, at most") if quote.approval == "before_payment" else _("Due today")
    row(f"[bold]{due}[/]", quote.due_now)
    if quote.returned:
        row(_("To the credit balance"), quote.returned)
    row(f"{_('Next renewal')}, {long_day(quote.renewal_on, language)}", quote.renewal.total)
    return table
