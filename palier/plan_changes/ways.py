"""Where a subscription could go: the configurations that a path leads to and that are for sale today."""

from collections.abc import Container, Iterator

from palier.catalog.snapshot import Catalog
from palier.core.periods import BillingCycle
from palier.core.pricing import Configuration
from palier.subscriptions.models import Subscription


def ways(subscription: Subscription, catalog: Catalog) -> Iterator[Configuration]:
    """Every level and cycle with the options held, and the same level with one more or less of each option."""
    current = subscription.configuration
    prices = catalog.unit_prices(subscription.currency).keys() | subscription.agreed.keys()
    for path in catalog.paths_from(current.plan):
        for code in catalog.cycles_of(path.to_plan, subscription.currency):
            cycle = BillingCycle(code)
            yield Configuration(path.to_plan, cycle, kept_in(path.to_plan, cycle, current, catalog, prices))
        if path.to_plan == current.plan:
            yield from _with_more(current, catalog)


def leads_elsewhere(subscription: Subscription, catalog: Catalog) -> bool:
    """Is there another configuration to move to? What stands in the way today is another question."""
    found = (way for way in ways(subscription, catalog) if way != subscription.configuration)
    return any(catalog.sells(way, subscription.currency) for way in found)


def kept_in(
    plan: str, cycle: BillingCycle, current: Configuration, catalog: Catalog, prices: Container[str]
) -> tuple[tuple[str, int], ...]:
    """The options that the other level has too and that are sold in the cycle, in quantities that it allows; of the
    others, the least. `prices` are the keys of what has a price."""
    held = dict(current.options)
    kept = {
        option.code: held[option.code]
        for option in catalog.options_sold(plan, cycle, prices)
        if option.allows(held.get(option.code, -1))
    }
    options = (option for option in catalog.product_of(plan).options if not option.retired)
    return tuple((option.code, kept.get(option.code, option.least)) for option in options)


def _with_more(current: Configuration, catalog: Catalog) -> Iterator[Configuration]:
    held = dict(current.options)
    for option in catalog.product_of(current.plan).options:
        for quantity in (held.get(option.code, 0) + 1, held.get(option.code, 0) - 1):
            if quantity >= 0 and option.allows(quantity) and not option.retired:
                yield Configuration(
                    current.plan, current.cycle, tuple({**held, option.code: quantity}.items())
                )
