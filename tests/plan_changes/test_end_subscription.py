"""Ending at once: what the law of the customer gives back, as it was promised, and where it goes."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from palier.billing.give_credit import give_credit
from palier.billing.models import CreditNote, Invoice, Refund
from palier.books import violations
from palier.core.money import Money
from palier.core.periods import billing_date
from palier.events.models import Event
from palier.events.record import Actor
from palier.ledger.queries import credit_balance, owed_on
from palier.people.models import Customer
from palier.plan_changes.end_subscription import SettlementOutdated, end_at_once, request_end
from palier.provisioning.models import ProvisioningJob
from palier.subscriptions.models import CancellationRequest, Period, Subscription
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books_are_right(db: None) -> Iterator[None]:
    yield
    assert violations() == []


@pytest.fixture(autouse=True)
def the_gateway_takes_refunds(monkeypatch: pytest.MonkeyPatch) -> list[Refund]:
    """Refunds are queued; what the gateway says of them is another room's matter."""
    queued: list[Refund] = []
    monkeypatch.setattr(
        "palier.plan_changes.end_subscription.queue_refund", lambda refund, *, at: queued.append(refund)
    )
    return queued


@pytest.fixture
def charlie(world: World) -> Customer:
    return world.stranger


def bought(world: World, customer: Customer, plan: str = "web-a", cycle: str = "monthly") -> Subscription:
    return world.subscribe(plan, cycle, customer=customer, label="charlie.example", account="charlie")


def end_now(world: World, subscription: Subscription, promise: str | None = None) -> CancellationRequest:
    return request_end(
        subscription.customer_id,
        subscription.id,
        at_renewal=False,
        reason="",
        house=world.house,
        by=Actor("user", world.charlie.id),
        at=world.now,
        promise=promise,
    )


def promised(world: World, subscription: Subscription) -> str:
    return end_at_once(
        subscription.customer_id, subscription.id, house=world.house, at=world.now
    ).settlement.promise


def notes(customer: Customer) -> list[tuple[str, int, int]]:
    found = CreditNote.objects.filter(customer=customer).order_by("issued_at", "number")
    return [(note.reason, note.net, note.total) for note in found]


def test_a_consumer_in_quebec_gets_the_unused_share_less_the_indemnity_with_its_taxes(
    world: World, charlie: Customer, the_gateway_takes_refunds: list[Refund]
) -> None:
    # 9.00 for 14 Nov - 14 Dec, ended on the 23rd: 21 of 30 days are 6.30, less 0.63, are 5.67;
    # TPS 0.45 and TVQ 0.90 of the invoice, their share: 0.28 and 0.57.
    subscription = bought(world, charlie)
    request = end_now(world, subscription, promised(world, subscription))
    assert notes(charlie) == [("cancelled", 567, 652)]
    [line] = CreditNote.objects.get().lines.filter(customer=charlie)
    assert "less the cancellation indemnity" in line.text
    assert request.settlement["law"] == "quebec-consumer"
    assert (request.settlement["unused"], request.settlement["indemnity"]) == (630, 63)
    subscription.refresh_from_db()
    assert (subscription.state, subscription.ended_on) == ("cancelled", date(2026, 11, 23))
    # Paid by card, it goes back there; nothing stays in the credit balance.
    assert [refund.amount for refund in the_gateway_takes_refunds] == [652]
    assert credit_balance(charlie.id, "CAD") == 0
    assert ProvisioningJob.objects.filter(verb="suspend").count() == 1


def test_a_business_gets_nothing_back_and_its_period_ends_with_it(world: World) -> None:
    subscription = world.subscribe()
    request = end_now(world, subscription)
    assert (request.settlement["total"], notes(world.boreale)) == (0, [])
    assert Period.objects.get().until_on == date(2026, 11, 23)


def test_a_year_is_held_to_fifty_dollars(world: World, charlie: Customer) -> None:
    subscription = bought(world, charlie, "vps-4", "yearly")
    request = end_now(world, subscription)
    # 1440.00 a year, 356 of 365 days left: 1404.49; a tenth is above 50.00.
    assert (request.settlement["unused"], request.settlement["indemnity"]) == (140_449, 5_000)
    assert request.settlement["net"] == 135_449


def test_what_an_upgrade_paid_comes_back_from_its_own_invoice_first(world: World, charlie: Customer) -> None:
    subscription = bought(world, charlie)
    world.change(subscription, "web-b")
    promise = promised(world, subscription)
    request = end_now(world, subscription, promise)
    # 18.00 x 21/30 = 12.60, a tenth kept: 11.34, of which the change's invoice holds 6.30.
    assert request.settlement["net"] == 1134
    assert [net for _, net, _ in notes(charlie)] == [630, 504]


def test_what_was_paid_from_the_credit_balance_returns_there(
    world: World, charlie: Customer, the_gateway_takes_refunds: list[Refund]
) -> None:
    subscription = bought(world, charlie)
    dana = Actor("staff", world.dana.id)
    on = billing_date(world.now, world.house.provider.zone)
    give_credit(charlie.id, Money(500, "CAD"), reason="Sorry", by=dana, on=on, at=world.now)
    world.change(subscription, "web-b")  # 7.25, of which 5.00 from the balance
    request = end_now(world, subscription)
    assert request.settlement["total"] == sum(total for _, _, total in notes(charlie))
    assert [refund.amount for refund in the_gateway_takes_refunds] == [225, 579]
    assert credit_balance(charlie.id, "CAD") == 500


def test_a_period_that_began_with_a_restart_gives_back_what_it_carried(
    world: World, charlie: Customer
) -> None:
    subscription = bought(world, charlie)
    world.change(subscription, "web-b", "yearly")
    paid = sum(invoice.net for invoice in Invoice.objects.filter(customer=charlie)) - 270
    request = end_now(world, subscription, promised(world, subscription))
    # On the day of the restart the whole year is left: what was carried into it and what was due.
    assert request.settlement["unused"] == paid
    assert request.settlement["net"] == sum(net for _, net, _ in notes(charlie))


def test_an_unpaid_change_is_undone_first_and_changes_nothing_of_it(world: World, charlie: Customer) -> None:
    subscription = bought(world, charlie)
    world.accept(subscription, world.offer(subscription, "web-b"))
    request = end_now(world, subscription, promised(world, subscription))
    assert request.settlement["net"] == 567
    assert notes(charlie) == [("unpaid", 630, 725), ("cancelled", 567, 652)]


def test_a_paid_change_that_nobody_took_goes_back_whole_beside_it(world: World, charlie: Customer) -> None:
    subscription = bought(world, charlie, "vps-1")
    world.change(subscription, "vps-2")
    found = end_at_once(charlie.id, subscription.id, house=world.house, at=world.now)
    assert found.returned_beside == 2897
    request = end_now(world, subscription, found.settlement.promise)
    assert request.settlement["unused"] == 2940
    assert credit_balance(charlie.id, "CAD") == found.returned_beside


def test_a_renewal_paid_for_a_scheduled_change_goes_back_whole(world: World, charlie: Customer) -> None:
    subscription = bought(world, charlie, "web-b")
    world.change(subscription, "web-a", at_renewal=True)
    world.pass_time(datetime(2026, 12, 8, 15, 0, tzinfo=UTC))
    world.pay_all(charlie)
    world.drain()
    found = end_at_once(charlie.id, subscription.id, house=world.house, at=world.now)
    assert found.returned_beside == 1035
    request = end_now(world, subscription, found.settlement.promise)
    # 6 of 30 days of 18.00, less a tenth.
    assert request.settlement["net"] == 324


def test_a_renewal_paid_ahead_counts_among_what_is_not_used(world: World, charlie: Customer) -> None:
    subscription = bought(world, charlie)
    world.pass_time(datetime(2026, 12, 8, 15, 0, tzinfo=UTC))
    world.pay_all(charlie)
    world.drain()
    request = end_now(world, subscription, promised(world, subscription))
    # 6 of 30 days and a whole month, at 9.00: 1.80 + 9.00, less a tenth.
    assert (request.settlement["unused"], request.settlement["net"]) == (1080, 972)


def test_a_renewal_that_is_not_paid_is_credited_and_owes_nothing(world: World, charlie: Customer) -> None:
    subscription = bought(world, charlie)
    world.pass_time(datetime(2026, 12, 8, 15, 0, tzinfo=UTC))
    end_now(world, subscription)
    assert [reason for reason, _, _ in notes(charlie)] == ["ended", "cancelled"]
    assert sum(owed_on(charlie.id, invoice.id) for invoice in Invoice.objects.filter(customer=charlie)) == 0


def test_figures_that_have_moved_are_shown_again_and_nothing_is_done(world: World, charlie: Customer) -> None:
    subscription = bought(world, charlie)
    read = promised(world, subscription)
    world.pass_time(world.now + timedelta(days=1))
    with pytest.raises(SettlementOutdated):
        end_now(world, subscription, read)
    assert (notes(charlie), CancellationRequest.objects.count()) == ([], 0)


def test_what_was_given_back_is_in_the_event(world: World, charlie: Customer) -> None:
    end_now(world, bought(world, charlie))
    facts = Event.objects.get(kind="subscription.cancelled").facts
    assert (facts["returned"], facts["to_payment"], facts["currency"]) == (652, 652, "CAD")


def test_at_renewal_nothing_is_settled(world: World, charlie: Customer) -> None:
    subscription = bought(world, charlie)
    request = request_end(
        charlie.id, subscription.id, at_renewal=True, reason="", house=world.house,
        by=Actor("user", world.charlie.id), at=world.now,
    )  # fmt: skip
    world.pass_time(datetime(2026, 12, 15, 15, 0, tzinfo=UTC))
    request.refresh_from_db()
    assert (request.state, request.settlement, notes(charlie)) == ("carried_out", {}, [])


#: Four days into the month from 14 December, which nobody has paid: 27 of 31 days are left.
OVERDUE = datetime(2026, 12, 18, 15, 0, tzinfo=UTC)


def owed_by(customer: Customer) -> int:
    return sum(owed_on(customer.id, invoice.id) for invoice in Invoice.objects.filter(customer=customer))


def test_of_a_month_that_a_consumer_has_not_paid_the_days_left_are_taken_off(
    world: World, charlie: Customer
) -> None:
    subscription = bought(world, charlie)
    world.pass_time(OVERDUE)
    found = end_at_once(charlie.id, subscription.id, house=world.house, at=world.now)
    # 9.00 x 27/31 = 7.84, less a tenth: 7.05, with TPS 0.35 and TVQ 0.71.
    assert (found.settlement.total, found.taken_off) == (0, 811)
    end_now(world, subscription, found.promise)
    assert notes(charlie) == [("ended_early", 705, 811)]
    assert owed_by(charlie) == 1035 - 811


def test_what_a_consumer_had_paid_of_it_beyond_the_days_served_is_theirs(
    world: World, charlie: Customer
) -> None:
    subscription = bought(world, charlie)
    world.pass_time(OVERDUE)
    world.take_in(Invoice.objects.latest("issued_at").id, 835)
    end_now(world, subscription, promised(world, subscription))
    assert notes(charlie) == [("ended_early", 705, 811)]
    assert (owed_by(charlie), credit_balance(charlie.id, "CAD")) == (0, 835 - (1035 - 811))
    world.drain()
    last = subscription.periods.order_by("-start_on")[0]
    assert (last.until_on, last.is_paid) == (OVERDUE.date(), True)


def test_the_indemnity_of_an_end_is_capped_once(world: World, charlie: Customer) -> None:
    """The second year of a private server has begun and is not paid: a tenth of what is left would be above 50.00."""
    subscription = bought(world, charlie, "vps-4", "yearly")
    world.now = datetime(2027, 8, 20, 15, 0, tzinfo=UTC)  # until then, no day of the year brings anything
    world.pass_time(datetime(2027, 11, 18, 15, 0, tzinfo=UTC))
    found = end_at_once(charlie.id, subscription.id, house=world.house, at=world.now).settlement
    # 1440.00 x 362/366 = 1424.26, less 50.00.
    assert found.kept_of_unpaid is not None
    assert found.kept_of_unpaid(Fraction(142_426)) == 5_000 - found.explained.indemnity
    end_now(world, subscription, found.promise)
    assert [net for _, net, _ in notes(charlie)] == [137_426]


def test_a_business_owes_the_month_it_has_begun(world: World) -> None:
    subscription = world.subscribe()
    world.pass_time(OVERDUE)
    end_now(world, subscription)
    assert (notes(world.boreale), owed_by(world.boreale)) == ([], 1035)


def test_at_renewal_a_month_under_way_is_kept_although_it_is_not_paid(world: World) -> None:
    subscription = world.subscribe()
    world.pass_time(OVERDUE)
    request = request_end(
        subscription.customer_id, subscription.id, at_renewal=True, reason="", house=world.house,
        by=Actor("user", world.alice.id), at=world.now,
    )  # fmt: skip
    subscription.refresh_from_db()
    assert (request.ends_on, request.state, subscription.state) == (date(2027, 1, 14), "requested", "active")
    world.pay_all(world.boreale)
    world.pass_time(datetime(2027, 1, 14, 15, 0, tzinfo=UTC))
    subscription.refresh_from_db()
    assert (subscription.state, owed_by(world.boreale)) == ("cancelled", 0)
    assert Invoice.objects.filter(customer=world.boreale).count() == 2
