"""A due below what a gateway takes: nothing to pay today, counted as paid, and on the next invoice."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from palier.billing.give_credit import give_credit
from palier.billing.models import CreditNote, Invoice, InvoiceLine
from palier.books import violations
from palier.core.money import Money
from palier.events.record import Actor
from palier.ledger.queries import credit_balance, owed_on
from palier.plan_changes.by_person import retry, undo_by_person
from palier.plan_changes.end_subscription import end_at_once, request_end
from palier.plan_changes.facts import situation
from palier.plan_changes.models import PlanChange
from palier.subscriptions.models import Subscription
from palier.subscriptions.queries import real_periods
from palier.subscriptions.settlement import Settlement
from tests.plan_changes.rules import set_policies
from tests.world import World

pytestmark = pytest.mark.django_db

#: A day of Forfait A's period, which ends on 14 December, is left.
LAST_DAY = datetime(2026, 12, 13, 15, 0, tzinfo=UTC)
TWO_DAYS = LAST_DAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def least(settings: Any) -> None:
    """The card takes 0.50 $ or more."""
    takes_at_least(settings, 50)


def takes_at_least(settings: Any, amount: int) -> None:
    settings.GATEWAYS = {"demo_card": {**settings.GATEWAYS["demo_card"], "least": {"CAD": amount}}}


@pytest.fixture
def subscription(world: World) -> Subscription:
    """On its last day, with its renewal not invoiced yet."""
    set_policies(downgrade_when="now")
    found = world.subscribe("web-a")
    world.now = LAST_DAY
    return found


def lines_of(invoice: Invoice | None) -> list[tuple[str, int]]:
    found = InvoiceLine.objects.filter(invoice=invoice).order_by("id")
    return [(line.code, line.amount) for line in found]


def renewal_of(world: World, subscription: Subscription) -> Invoice:
    world.pass_time(world.now + timedelta(hours=1))
    period = real_periods(subscription.customer_id, subscription.id).order_by("-start_on").first()
    assert period is not None and period.invoice is not None
    return period.invoice


def test_nothing_is_paid_today_and_the_change_is_done(world: World, subscription: Subscription) -> None:
    quote = world.offer(subscription, "web-b").quote
    assert [(line.code, line.amount) for line in quote.lines] == [("difference", 30)]
    assert (quote.due_now, quote.today.total, quote.to_next_invoice.total) == (0, 0, 30 + 2 + 3)
    change = world.change(subscription, "web-b")
    assert (change.state, change.invoice_id, change.net_due) == ("done", None, 30)
    [line] = subscription.pending
    assert (line["amount"], line["change_id"]) == (30, str(change.id))
    held = subscription.periods.get()
    assert (held.held_price, held.paid_price) == (1800, 1800)
    assert violations() == []


def test_the_next_renewal_bills_it_as_quoted_once(world: World, subscription: Subscription) -> None:
    quote = world.offer(subscription, "web-b").quote
    assert (quote.renewal.net, quote.renewal.total) == (1800 + 30, 1830 + 92 + 183)
    world.change(subscription, "web-b")
    invoice = renewal_of(world, subscription)
    assert lines_of(invoice) == [("period", 1800), ("pending", 30)]
    assert invoice.total == quote.renewal.total
    assert invoice.lines.get(code="pending").text == (
        "Passage du Forfait A au Forfait B, ateliers-boreale.example\N{NO-BREAK SPACE}: la différence"
        " du 13 décembre 2026 au 14 décembre 2026 (du 13 décembre 2026, trop petit pour être payé seul)"
    )
    subscription.refresh_from_db()
    assert subscription.pending == []
    world.pay_all(world.boreale)
    world.pass_time(datetime(2027, 1, 10, 15, 0, tzinfo=UTC))
    last = subscription.periods.order_by("-start_on").first()
    assert last is not None and lines_of(last.invoice) == [("period", 1800)]
    assert violations() == []


def test_a_renewal_invoiced_already_is_issued_again_with_it(world: World) -> None:
    subscription = world.subscribe("web-a")
    world.pass_time(LAST_DAY)
    world.change(subscription, "web-b")
    invoice = renewal_of(world, subscription)
    assert lines_of(invoice) == [("period", 1800), ("pending", 30)]
    assert violations() == []


def test_two_that_are_enough_together_are_paid_together(world: World, subscription: Subscription) -> None:
    world.change(subscription, "web-b")
    change = world.change(subscription, "web-c")
    assert lines_of(change.invoice) == [("difference", 40), ("pending", 30)]
    assert change.net_due == 40
    subscription.refresh_from_db()
    assert (change.state, subscription.pending) == ("done", [])
    assert violations() == []


def test_undone_after_it_was_billed_with_another_it_waits_again(
    world: World, subscription: Subscription
) -> None:
    world.change(subscription, "web-b")
    world.panel.set_mode("refuse")
    change = world.change(subscription, "web-c")
    assert change.state == "needs_person"
    undo_by_person(change.customer_id, change.id, house=world.house, by=world.dana, at=world.now)
    subscription.refresh_from_db()
    assert [line["amount"] for line in subscription.pending] == [30]
    assert credit_balance(world.boreale.id, "CAD") == change.invoice.total  # type: ignore[union-attr]
    assert violations() == []


def test_undone_before_it_was_billed_it_is_owed_no_more(world: World, subscription: Subscription) -> None:
    world.panel.set_mode("refuse")
    change = world.change(subscription, "web-b")
    undo_by_person(change.customer_id, change.id, house=world.house, by=world.dana, at=world.now)
    subscription.refresh_from_db()
    assert subscription.pending == []
    assert lines_of(renewal_of(world, subscription)) == [("period", 900)]
    assert violations() == []


def test_undone_after_the_renewal_billed_it_nothing_of_it_is_kept(world: World) -> None:
    subscription = world.subscribe("web-a")
    world.now = LAST_DAY
    world.panel.set_mode("refuse")
    change = world.change(subscription, "web-b")
    first = renewal_of(world, subscription)
    assert lines_of(first) == [("period", 1800), ("pending", 30)]
    undo_by_person(change.customer_id, change.id, house=world.house, by=world.dana, at=world.now)
    assert sum(note.total for note in CreditNote.objects.filter(invoice=first)) == first.total
    assert lines_of(renewal_of(world, subscription)) == [("period", 900)]
    subscription.refresh_from_db()
    assert subscription.pending == []
    assert violations() == []


def test_done_a_day_late_less_is_put_on_the_next_invoice(world: World) -> None:
    subscription = world.subscribe("web-a")
    world.now = LAST_DAY
    world.panel.set_mode("refuse")
    change = world.change(subscription, "web-b")
    world.panel.set_mode("ok")
    world.pass_time(world.now + timedelta(days=3))
    invoice = Invoice.objects.get(lines__code="pending")
    world.pay_all(world.boreale)
    retry(change.customer_id, change.id, house=world.house, by=world.dana, at=world.now)
    world.work_until_done()
    change.refresh_from_db()
    assert change.state == "done"
    notes = CreditNote.objects.filter(invoice=invoice, reason="late")
    assert sum(note.net for note in notes) == 30 + 58  # all of 13 December, and 2 of 31 days of the renewal
    assert violations() == []


def test_done_before_it_is_billed_less_waits(world: World, settings: Any) -> None:
    takes_at_least(settings, 100)
    subscription = world.subscribe("web-a")
    world.now = TWO_DAYS
    world.house.provider.__class__.objects.update(invoice_days_ahead=0)
    world.panel.set_mode("refuse")
    change = world.change(subscription, "web-b")
    assert [line["amount"] for line in Subscription.objects.get().pending] == [60]
    world.panel.set_mode("ok")
    world.pass_time(world.now + timedelta(days=1))
    retry(change.customer_id, change.id, house=world.house, by=world.dana, at=world.now)
    world.work_until_done()
    assert [line["amount"] for line in Subscription.objects.get().pending] == [30]
    assert lines_of(renewal_of_next_day(world, subscription)) == [("period", 1800), ("pending", 30)]
    assert violations() == []


def renewal_of_next_day(world: World, subscription: Subscription) -> Invoice:
    world.pass_time(world.now + timedelta(days=1))
    return renewal_of(world, subscription)


def give(world: World, amount: int) -> None:
    dana = Actor("staff", world.dana.id)
    give_credit(
        world.boreale.id, Money(amount, "CAD"), reason="sorry", by=dana, on=world.now.date(), at=world.now
    )


def test_a_credit_balance_that_covers_it_pays_it_at_once(world: World, subscription: Subscription) -> None:
    give(world, 100)
    change = world.change(subscription, "web-b")
    assert change.invoice is not None
    assert (change.state, change.invoice.total, owed_on(world.boreale.id, change.invoice.id)) == (
        "done",
        35,
        0,
    )
    assert violations() == []


def test_a_credit_balance_leaves_a_rest_that_the_card_takes(world: World) -> None:
    subscription = world.subscribe("web-a")
    give(world, 700)
    quote = world.offer(subscription, "web-b").quote
    assert (quote.today.total, quote.credit_used, quote.due_now) == (725, 675, 50)


def test_a_restart_that_little_is_left_to_pay_of_counts_what_waits(
    world: World, subscription: Subscription, settings: Any
) -> None:
    takes_at_least(settings, 1_000_000)
    world.change(subscription, "web-b")
    change = world.change(subscription, "web-b", "yearly")
    assert isinstance(change, PlanChange)
    assert (change.state, change.invoice_id) == ("done", None)
    subscription.refresh_from_db()
    assert [line["code"] for line in subscription.pending] == ["difference", "new_period", "carried"]
    assert violations() == []


def ended(world: World, subscription: Subscription) -> Settlement:
    """Ended at once by a consumer, who gets exactly what was promised."""
    found = end_at_once(subscription.customer_id, subscription.id, house=world.house, at=world.now)
    request = request_end(
        subscription.customer_id,
        subscription.id,
        at_renewal=False,
        reason="",
        house=world.house,
        by=Actor("user", world.charlie.id),
        at=world.now,
        promise=found.promise,
    )
    assert request.settlement["total"] == found.settlement.total
    assert violations() == []
    return found.settlement


@pytest.fixture
def of_charlie(world: World) -> Subscription:
    set_policies(downgrade_when="now")
    return world.subscribe("web-a", customer=world.stranger, label="charlie.example", account="charlie")


def test_ended_at_once_what_was_never_billed_does_not_come_back(
    world: World, of_charlie: Subscription
) -> None:
    # A day of 18.00 for 30 days is 0.60, of which 0.30 wait and are let go: 0.30 were paid, less a tenth.
    world.now = LAST_DAY
    world.change(of_charlie, "web-b")
    found = ended(world, of_charlie).explained
    assert (found.unused, found.unbilled, found.indemnity, found.back) == (30, 30, 3, 27)
    assert not found.is_held_down


def test_ended_a_day_later_only_what_waits_of_the_days_left_is_taken_off(
    world: World, of_charlie: Subscription, settings: Any
) -> None:
    takes_at_least(settings, 100)
    world.now = TWO_DAYS
    world.change(of_charlie, "web-b")
    world.now = LAST_DAY
    found = ended(world, of_charlie).explained
    assert (found.unused, found.unbilled) == (30, 30)


def test_ended_while_the_open_renewal_has_billed_it_the_page_and_the_note_agree(
    world: World, of_charlie: Subscription
) -> None:
    world.now = LAST_DAY
    world.change(of_charlie, "web-b")
    assert lines_of(renewal_of(world, of_charlie)) == [("period", 1800), ("pending", 30)]
    found = ended(world, of_charlie).explained
    assert (found.unused, found.unbilled, found.back) == (30, 30, 27)


def test_ended_once_the_renewal_that_billed_it_is_paid_it_comes_back_too(
    world: World, of_charlie: Subscription
) -> None:
    world.now = LAST_DAY
    world.change(of_charlie, "web-b")
    renewal_of(world, of_charlie)
    world.pay_all(world.stranger)
    world.drain()
    found = ended(world, of_charlie).explained
    assert (found.unused, found.unbilled) == (60 + 1800, 0)


def test_ended_with_a_change_that_had_billed_it_and_is_undone_first(
    world: World, of_charlie: Subscription
) -> None:
    world.now = LAST_DAY
    world.change(of_charlie, "web-b")
    world.accept(of_charlie, world.offer(of_charlie, "web-c"))
    found = ended(world, of_charlie).explained
    assert (found.unused, found.unbilled, found.back) == (30, 30, 27)


def test_ended_after_it_was_done_late_what_waits_is_for_the_days_from_then(
    world: World, of_charlie: Subscription, settings: Any
) -> None:
    takes_at_least(settings, 100)
    world.now = TWO_DAYS
    world.house.provider.__class__.objects.update(invoice_days_ahead=0)
    world.panel.set_mode("refuse")
    change = world.change(of_charlie, "web-b")
    world.panel.set_mode("ok")
    world.pass_time(LAST_DAY)
    retry(change.customer_id, change.id, house=world.house, by=world.dana, at=world.now)
    world.work_until_done()
    found = ended(world, of_charlie).explained
    assert (found.unused, found.unbilled) == (30, 30)


def test_ended_on_the_day_of_a_restart_that_waits_only_what_was_carried_comes_back(
    world: World, of_charlie: Subscription, settings: Any
) -> None:
    takes_at_least(settings, 1_000_000)
    world.now = LAST_DAY
    world.change(of_charlie, "web-a", "yearly")
    found = ended(world, of_charlie).explained
    assert (found.unused, found.unbilled) == (30, 9000 - 30)


def test_however_often_it_is_billed_again_it_counts_once_for_what_is_held(world: World) -> None:
    subscription = world.subscribe("web-a")
    world.pass_time(LAST_DAY)
    world.change(subscription, "web-b")
    world.change(subscription, "web-c")
    assert lines_of(renewal_of(world, subscription)) == [("period", 3000), ("pending", 30), ("pending", 40)]
    found = situation(subscription.customer_id, subscription.id, world.now, house=world.house)
    assert found.carried_at_most == 900 + 30 + 40
    assert violations() == []
