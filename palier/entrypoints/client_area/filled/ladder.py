"""The levels of the ladder: what differs, what is due today, what the renewal will cost, how it happens."""

from dataclasses import replace

from palier.catalog.for_sale import Path
from palier.core.money import Money
from palier.core.periods import BillingCycle
from palier.core.quote import Quote, plan_change_quote
from palier.entrypoints.client_area.access import Client
from palier.entrypoints.client_area.filled.hint import is_tight, level_with_room
from palier.entrypoints.client_area.filled.parts import (
    line_names,
    person_reason,
    price_of,
    resources_in_words,
)
from palier.entrypoints.client_area.filled.reasons import OF_A_LEVEL, reasons
from palier.entrypoints.client_area.pages.choose import Level, WhenChoice
from palier.entrypoints.client_area.terms import Terms
from palier.plan_changes.facts import Situation, towards
from palier.words.discounts import discount_sentences
from palier.words.limits import differences, grants


def levels(client: Client, situation: Situation, terms: Terms, quotes: dict[str, Quote]) -> tuple[Level, ...]:
    """In the order of the ladder, the level one has among them even where it is sold no longer."""
    current = situation.subscription.plan_id
    plans, home = client.catalog.plans, client.catalog.plans[current].product_code
    codes = sorted(
        {*quotes, current}, key=lambda code: (plans[code].product_code != home, plans[code].rank, code)
    )
    roomy = level_with_room(client, situation)
    ladder = [
        _level(client, situation, terms, quotes[code], position)
        if code in quotes
        else _level_held(client, situation, position)
        for position, code in enumerate(codes, start=1)
    ]
    if roomy is not None and is_tight(client, situation):
        ladder = [replace(level, has_room=level.code == roomy.plan) for level in ladder]
    return tuple(ladder)


def _level(client: Client, situation: Situation, terms: Terms, quote: Quote, position: int) -> Level:
    subscription, code = situation.subscription, quote.target.plan
    path = client.catalog.path(subscription.plan_id, code)
    why = [obstacle for obstacle in quote.obstacles if obstacle.code in OF_A_LEVEL]
    is_same = quote.target == quote.origin
    level = Level(
        code=code,
        name=client.plan_name(code),
        position=position,
        price=Money(quote.price, quote.currency),
        cycle=quote.target.cycle,
        taxes_included=client.catalog.product_of(code).prices_include_tax,
        summary=client.say(client.catalog.plans[code].summaries),
        is_current=code == subscription.plan_id,
        is_possible=not why,
        selected=code == terms.plan and not why,
        why=() if is_same else reasons(client, situation, why),
    )
    level = _with_grants(client, situation, quote, level)
    return level if why else _possible(client, situation, quote, path, level)


def _possible(client: Client, situation: Situation, quote: Quote, path: Path | None, level: Level) -> Level:
    """With what it costs today, what it will cost, and how it happens."""
    money = {"currency": quote.currency}
    return replace(
        level,
        # Where a begun period is owed, nothing is paid that a difference could be worked out from.
        due_now=None if situation.unpaid else Money(quote.due_now, **money),
        next_renewal=Money(quote.renewal.total, **money) if quote.target.cycle.is_recurring else None,
        renewal_on=quote.renewal_on,
        returned=Money(quote.returned, **money) if quote.returned else None,
        begins_on=quote.takes_effect_on if quote.at_renewal else None,
        needs_person=quote.needs_person,
        person_reason=person_reason(client, quote.origin, quote.target),
        promised_by=quote.promised_by,
        note=client.say(path.notes) if path else "",
        off=" ".join(discount_sentences(quote, line_names(client), client.language)),
        needs_approval=quote.approval != "none",
        when=_when(situation, quote) if quote.may_choose_when else (),
    )


def _when(situation: Situation, quote: Quote) -> tuple[WhenChoice, ...]:
    later = plan_change_quote(towards(situation, quote.target, True))
    now = plan_change_quote(towards(situation, quote.target, False))
    return (
        WhenChoice("renewal", Money(later.due_now, quote.currency), later.takes_effect_on, quote.at_renewal),
        WhenChoice("now", Money(now.due_now, quote.currency), now.takes_effect_on, not quote.at_renewal),
    )


def _level_held(client: Client, situation: Situation, position: int) -> Level:
    """The level one has, where it is not sold on these terms."""
    subscription = situation.subscription
    limits = client.catalog.limits_of(subscription.configuration)
    return Level(
        code=subscription.plan_id,
        name=client.plan_name(subscription.plan_id),
        position=position,
        price=price_of(subscription),
        cycle=BillingCycle(subscription.cycle),
        taxes_included=client.catalog.product_of(subscription.plan_id).prices_include_tax,
        is_current=True,
        is_possible=False,
        grants=grants(resources_in_words(client), limits, client.language),
    )


def _with_grants(client: Client, situation: Situation, quote: Quote, level: Level) -> Level:
    """What the level grants, for one that grants the same as now; how it differs, for the others."""
    words, catalog = resources_in_words(client), client.catalog
    before = catalog.limits_of(situation.subscription.configuration)
    after = catalog.limits_of(quote.target)
    if before == after:
        return replace(level, grants=grants(words, after, client.language))
    return replace(level, differences=differences(words, before, after, client.language))
