"""When a limit is near: the next level that has room, and what it costs today."""

from palier.core.fit import Measure
from palier.core.money import Money
from palier.core.pricing import Configuration
from palier.core.quote import plan_change_quote
from palier.entrypoints.client_area.access import Client
from palier.entrypoints.client_area.addresses import to
from palier.entrypoints.client_area.pages.product import Hint
from palier.entrypoints.client_area.terms import terms_of
from palier.entrypoints.design.parts import Gauge
from palier.plan_changes.facts import Situation, towards
from palier.plan_changes.ways import kept_in

#: From this percentage of a limit on, a level with more room is worth a word.
NEAR = 70


def hint_of(client: Client, situation: Situation, gauges: tuple[Gauge, ...]) -> Hint | None:
    """None where no limit is near, or nothing that can be had today has room."""
    telling = (gauge for gauge in gauges if not gauge.is_single)
    fullest = max(telling, key=lambda gauge: gauge.percent, default=None)
    roomy = level_with_room(client, situation)
    if fullest is None or fullest.percent < NEAR or roomy is None:
        return None
    quote = plan_change_quote(towards(situation, roomy))
    if not quote.is_possible:
        return None
    return Hint(
        resource_name=fullest.name,
        percent=fullest.percent,
        plan_name=client.plan_name(roomy.plan),
        due_now=Money(quote.due_now, quote.currency),
        url=to("check", situation.subscription.id, query=terms_of(roomy, None, client.catalog).query),
    )


def level_with_room(client: Client, situation: Situation) -> Configuration | None:
    """The lowest level of the same product, above the current one, in which nothing measured is near its limit."""
    current, catalog = situation.subscription.configuration, client.catalog
    here = catalog.plans[current.plan]
    for path in catalog.paths_from(current.plan):
        plan = catalog.plans[path.to_plan]
        if plan.product_code == here.product_code and plan.rank > here.rank:
            target = Configuration(
                plan.code,
                current.cycle,
                kept_in(plan.code, current.cycle, current, catalog, situation.prices),
            )
            if catalog.sells(target, situation.subscription.currency) and has_room(client, situation, target):
                return target
    return None


def has_room(client: Client, situation: Situation, target: Configuration) -> bool:
    """Would nothing that is limited be near its limit? What is unknown may be."""
    unknown = any(measure.exactness == "unknown" for measure in _measures(client, situation, target).values())
    return not unknown and not _is_near(client, situation, target)


def is_tight(client: Client, situation: Situation) -> bool:
    """Is a limit of the level one has near, as far as anybody knows?"""
    return _is_near(client, situation, situation.subscription.configuration)


def _is_near(client: Client, situation: Situation, target: Configuration) -> bool:
    """One site of one is how it is sold."""
    limits = client.catalog.limits_to_fit(target)
    return any(
        measure.amount * 100 >= limits[code] * NEAR
        for code, measure in _measures(client, situation, target).items()
        if limits[code] > 1 and measure.exactness != "unknown"
    )


def _measures(client: Client, situation: Situation, target: Configuration) -> dict[str, Measure]:
    """What was measured of what the target limits."""
    limits = client.catalog.limits_to_fit(target)
    return {code: measure for code, measure in situation.service.measures.items() if code in limits}
