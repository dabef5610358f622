"""Play every story at once, scene by scene in the order of time, with the rounds of each day between them.

A story is a generator: it yields the moment of its next scene, and goes on when that moment has come.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from heapq import heappop, heappush
from pathlib import Path

from django.conf import settings

from palier.billing.collect_due import across_customers_due, collect_when_due
from palier.dunning.retry import across_customers_to_retry, retry
from palier.dunning.take_step import across_customers_due_steps, take_step
from palier.entrypoints.demo import machines
from palier.entrypoints.demo.world import boreale, others, staff
from palier.entrypoints.demo.world.containers import put_on_containers
from palier.entrypoints.demo.world.stage import Stage
from palier.plan_changes.at_renewal import across_customers_to_begin, begin_due
from palier.plan_changes.end_subscription import carry_out_end
from palier.provisioning.apply_catalogue import apply_catalogue
from palier.provisioning.models import Server
from palier.subscriptions.queries import across_customers_to_end
from palier.subscriptions.renew import renew_due

CATALOGUE = "demo/catalog.yaml"
#: Longer than any story.
DAYS_BACK = 105

Story = Iterator[datetime]


def play(stage: Stage) -> None:
    """The catalogue, then every story up to this moment."""
    apply_catalogue(Path(settings.ROOT) / CATALOGUE, stage.now - timedelta(DAYS_BACK))
    stage.panel.seed(_packages(stage))
    # Nobody listens yet: what the card would call back is asked of it instead.
    stage.card.set_delivery("never")
    stories: list[Story] = [_days(stage), *(tell(stage) for tell in (*staff.STORIES, *boreale.STORIES))]
    stories += [tell(stage) for tell in others.STORIES]
    scenes = [(next(story), number) for number, story in enumerate(stories)]
    scenes.sort()
    while scenes:
        stage.at, number = heappop(scenes)
        if stage.at > stage.now:
            raise ValueError(f"story {number} goes beyond {stage.now}: {stage.at}")
        following = next(stories[number], None)
        if following is not None:
            heappush(scenes, (following, number))
    stage.card.set_delivery("normal")
    stage.at = stage.now
    if (lxd := machines.containers()) is not None:
        put_on_containers(stage, lxd, Path(settings.ROOT) / CATALOGUE)


def _packages(stage: Stage) -> dict[str, dict[str, int]]:
    """What the panel's own catalogue holds: the plans of the products that live on it."""
    catalog = stage.house.catalog
    on_panel = set(Server.objects.filter(driver="cpanel").values_list("code", flat=True))
    return {
        plan.package: dict(plan.limits)
        for plan in catalog.plans.values()
        if catalog.product_of(plan.code).server_code in on_panel
    }


def _days(stage: Stage) -> Story:
    """Every morning at six: what falls due on that day."""
    moments = stage.moments
    for days in range(DAYS_BACK, -1, -1):
        morning = moments.days_ago(days, "06:00")
        if morning > moments.now:
            return
        yield morning
        _round(stage)


def _round(stage: Stage) -> None:
    house, on, at = stage.house, stage.on, stage.at
    for customer_id, subscription_id in across_customers_to_end(on):
        carry_out_end(customer_id, subscription_id, house=house, at=at)
    renew_due(house, at)
    for customer_id, invoice_id in list(across_customers_due(on, "period")):
        collect_when_due(customer_id, invoice_id, on=on, at=at)
    for customer_id, subscription_id in list(across_customers_to_begin(on)):
        begin_due(customer_id, subscription_id, house=house, on=on, at=at)
    for customer_id, invoice_id in list(across_customers_to_retry(on, house=house)):
        retry(customer_id, invoice_id, house=house, at=at)
    for customer_id, invoice_id in list(across_customers_due_steps(on, house=house)):
        take_step(customer_id, invoice_id, house=house, at=at)
    stage.works()
