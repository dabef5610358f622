"""A renewal that nobody pays: overdue, and then suspended."""

from dataclasses import dataclass
from datetime import UTC, datetime

from palier.billing.models import Invoice, Payment
from palier.dunning.models import StepTaken
from palier.dunning.queries import Case, case_of
from palier.events.record import Actor
from palier.plan_changes.end_subscription import request_end
from palier.subscriptions.models import Subscription
from tests.world import World


def at(month: int, day: int) -> datetime:
    return datetime(2026 if month > 6 else 2027, month, day, 15, tzinfo=UTC)


@dataclass
class Unpaid:
    """A renewal of 10.35, due on 14 December, at some day after."""

    world: World
    subscription: Subscription
    invoice: Invoice

    @property
    def case(self) -> Case:
        found = case_of(
            self.invoice.customer_id, self.invoice.id, self.world.now.date(), house=self.world.house
        )
        assert found is not None
        return found

    @property
    def state(self) -> str:
        self.subscription.refresh_from_db()
        return self.subscription.state

    @property
    def steps(self) -> list[str]:
        taken = StepTaken.objects.filter(invoice=self.invoice).order_by("taken_on")
        return [f"{one.kind} {one.number}" for one in taken]

    def until(self, moment: datetime) -> None:
        self.world.pass_time(moment)

    def starts_paying(self) -> Payment:
        return Payment.objects.create(
            customer_id=self.invoice.customer_id,
            invoice=self.invoice,
            gateway="demo_card",
            amount=self.invoice.total,
            currency="CAD",
            started_at=self.world.now,
        )


def left_unpaid(world: World) -> Unpaid:
    subscription = world.subscribe("web-a")
    world.pass_time(at(12, 16))
    return Unpaid(world, subscription, Invoice.objects.latest("issued_at"))


def left_until_suspended(world: World) -> Unpaid:
    unpaid = left_unpaid(world)
    unpaid.until(at(12, 30))
    assert unpaid.state == "suspended"
    return unpaid


def ask_to_end(unpaid: Unpaid, *, at_renewal: bool) -> None:
    world, by = unpaid.world, Actor("user", unpaid.world.alice.id)
    request_end(
        unpaid.invoice.customer_id, unpaid.subscription.id, at_renewal=at_renewal, reason="", house=world.house,
        by=by, at=world.now,
    )  # fmt: skip
    world.drain()
