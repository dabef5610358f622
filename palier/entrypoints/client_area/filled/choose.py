"""The ladder of levels on the terms that are asked: one situation, read once, and a quote towards each."""

from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.core.periods import BillingCycle
from palier.core.pricing import option_key
from palier.core.quote import Quote, plan_change_quote
from palier.entrypoints.client_area.access import Client
from palier.entrypoints.client_area.addresses import to
from palier.entrypoints.client_area.filled.ladder import levels
from palier.entrypoints.client_area.filled.parts import crumb_of_service, measured
from palier.entrypoints.client_area.filled.reasons import OF_A_LEVEL, reasons
from palier.entrypoints.client_area.pages.choose import (
    ChoosePage,
    CodeField,
    CycleChoice,
    OptionChoice,
    Reason,
)
from palier.entrypoints.client_area.pages.parts import crumbs
from palier.entrypoints.client_area.terms import Terms
from palier.entrypoints.design.parts import Crumb
from palier.plan_changes.facts import Situation, towards
from palier.provisioning.inspect import can_be_inspected
from palier.words.codes import code_problem


def choose_page(client: Client, situation: Situation, terms: Terms) -> ChoosePage:
    subscription = situation.subscription
    quotes = _quotes(client, situation, terms)
    before_all = next(iter(quotes.values())).obstacles if quotes else ()
    warnings = next(iter(quotes.values())).warnings if quotes else ()
    stops = [obstacle for obstacle in before_all if obstacle.code not in OF_A_LEVEL]
    paths = client.catalog.paths_from(subscription.plan_id)
    return ChoosePage(
        plan_name=client.plan_name(subscription.plan_id),
        label=subscription.label,
        levels=levels(client, situation, terms, quotes),
        url=to("choose", subscription.id),
        check_url=to("check", subscription.id),
        service_url=to("product", subscription.id),
        renewal_on=situation.renewal_on,
        days_left=(situation.renewal_on - situation.on).days,
        cycles=_cycles(client, situation, terms),
        options=_options(client, situation, terms),
        code_field=_code_field(client, terms, quotes),
        refunds=any(path.policies.refund != "none" for path in paths),
        restarts=any(quote.restarts and not quote.at_renewal for quote in quotes.values()),
        stops=reasons(client, situation, stops),
        warnings=(*reasons(client, situation, warnings), *_ending_options(client, situation, terms)),
        measured=measured(client, situation.service) if can_be_inspected(situation.service) else None,
        crumbs=crumbs(crumb_of_service(client, subscription), Crumb(_("Upgrade / downgrade"))),
    )


def _ending_options(client: Client, situation: Situation, terms: Terms) -> tuple[Reason, ...]:
    """Those held that nobody can have on these terms: sold no longer, or not in this cycle."""
    held = situation.subscription.options
    options = client.catalog.product_of(situation.subscription.plan_id).options
    sentence = _("The option “%(option)s” is not offered on these terms: it would end with the change.")
    return tuple(
        Reason(sentence % {"option": client.say(option.names)})
        for option in options
        if held.get(option.code) and option.code not in terms.quantities
    )


def _code_field(client: Client, terms: Terms, quotes: dict[str, Quote]) -> CodeField | None:
    """The problem is told where no level is the better for it; that of one level is told on its check page."""
    if not client.catalog.has_codes:
        return None
    problems = [quote.code_problem for quote in quotes.values() if quote.target != quote.origin]
    return CodeField(terms.code, code_problem(problems[0]) if all(problems) and problems else "")


def _quotes(client: Client, situation: Situation, terms: Terms) -> dict[str, Quote]:
    """By plan, the quote of every level that is sold on these terms, as the client would have it begin."""
    quotes = {}
    for path in client.catalog.paths_from(situation.subscription.plan_id):
        target = terms.configuration(path.to_plan, client.catalog)
        facts = towards(situation, target, terms.at_renewal.get(path.to_plan))
        if facts.target_lines is not None:
            quotes[path.to_plan] = plan_change_quote(facts)
    return quotes


def _cycles(client: Client, situation: Situation, terms: Terms) -> tuple[CycleChoice, ...]:
    """Those that any level of the ladder is sold in, and the one that is held."""
    subscription = situation.subscription
    codes = {subscription.cycle}
    for path in client.catalog.paths_from(subscription.plan_id):
        codes |= set(client.catalog.cycles_of(path.to_plan, subscription.currency))
    cycles = sorted((BillingCycle(code) for code in codes), key=lambda cycle: cycle.months)
    return tuple(CycleChoice(cycle, cycle == terms.cycle) for cycle in cycles)


def _options(client: Client, situation: Situation, terms: Terms) -> tuple[OptionChoice, ...]:
    subscription = situation.subscription
    return tuple(
        OptionChoice(
            code=option.code,
            name=client.say(option.names),
            quantity=terms.quantities[option.code],
            unit_price=Money(situation.prices[option_key(option.code, terms.cycle)], subscription.currency),
            cycle=terms.cycle,
            least=option.least,
            most=option.most,
            refused=terms.refused.get(option.code),
        )
        for option in client.catalog.product_of(subscription.plan_id).options
        if option.code in terms.quantities
    )
