"""Whatever subscriptions did, what recurring revenue was and what moved it make what it is: exactly, and as shown."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from palier.books.reports.recurring import moved_in, recurring
from palier.core.money import round_half_up
from palier.core.periods import Span
from palier.events.keys import new_id
from palier.plan_changes.models import PlanChange
from palier.subscriptions.models import Subscription
from tests.guards import take_guards_off
from tests.world import World

FIRST = date(2026, 1, 1)
QUEBEC = ZoneInfo("America/Toronto")
LEVEL = st.tuples(
    st.integers(0, 99_999), st.sampled_from(["monthly", "quarterly", "yearly", "months:7", "one_time"])
)
DAY = st.integers(0, 60)
#: Start, days alive (None: for ever), the level now, and (days after the start, level before, level after) of changes.
CHANGE = st.tuples(DAY, LEVEL, LEVEL)
LIFE = st.tuples(DAY, st.none() | DAY, LEVEL, st.lists(CHANGE, max_size=4), st.sampled_from(["CAD", "KWD"]))


def write(world: World, lives: list[tuple]) -> None:  # type: ignore[type-arg]
    """Rows as the product leaves them behind, prices as arbitrary as they come."""
    customers = (world.boreale, world.stranger)
    for number, (start, alive, level, changes, currency) in enumerate(lives):
        started_on = FIRST + timedelta(start)
        ended_on = None if alive is None else started_on + timedelta(alive)
        subscription = Subscription.objects.create(
            customer=customers[number % 2], label="x", plan_id="web-a", cycle=level[1], currency=currency,
            price=level[0], anchor_on=started_on, started_on=started_on, ended_on=ended_on,
        )  # fmt: skip
        for day, before, after in changes:
            PlanChange.objects.create(
                customer=subscription.customer, subscription=subscription, state="done",
                from_configuration={"plan": "web-a", "cycle": before[1], "options": {}},
                to_configuration={"plan": "web-b", "cycle": after[1], "options": {}},
                at=datetime.now(UTC), on=started_on, takes_effect_on=started_on, paid_until_on=started_on,
                quote={"origin_price": before[0]}, price=after[0], idempotency_key=str(new_id()),
                request_digest="", accepted_at=datetime.now(UTC),
                ended_at=datetime(2026, 1, 1, 4, 30, tzinfo=UTC) + timedelta(start + day),
            )  # fmt: skip


@pytest.mark.django_db
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(lives=st.lists(LIFE, min_size=1, max_size=5), start=st.integers(-5, 90), days=st.integers(1, 60))
def test_opening_and_movements_make_closing(world: World, lives: list, start: int, days: int) -> None:  # type: ignore[type-arg]
    savepoint = transaction.savepoint()
    take_guards_off()
    write(world, lives)
    span = Span(FIRST + timedelta(start), FIRST + timedelta(start + days))
    for moved in moved_in(span, QUEBEC).values():
        assert moved.opening + sum(moved.by_kind.values()) == moved.closing
        counted = moved.numbers["new"] + moved.numbers["returned"] - moved.numbers["ended"]
        assert moved.living + counted == moved.left
    report = recurring(span, QUEBEC)
    assert report.holds
    closing = {table.currency: table.total[-1] for table in report.tables if table.code == "recurring"}
    assert closing == {code: round_half_up(moved.closing) for code, moved in moved_in(span, QUEBEC).items()}
    transaction.savepoint_rollback(savepoint)
