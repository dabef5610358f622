"""Three lives of an invoice of 10.35, due on 14 December: paid late, never paid, and paid as promised.

The host's days are the defaults: reminders on days 3, 7 and 12 (the 17th, the 21st and the 26th), suspended on day 15
(the 29th), ended on day 45 (28 January).
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from palier.billing.models import CreditNote, Invoice
from palier.books import violations
from palier.dunning.grant_delay import grant_delay
from palier.dunning.models import StepTaken
from palier.ledger.queries import owed_by, owed_on
from palier.notices.links import link
from palier.notices.models import Notice
from palier.subscriptions.models import Subscription
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books_are_right(db: None) -> Iterator[None]:
    yield
    assert violations() == []


def at(month: int, day: int) -> datetime:
    return datetime(2026 if month > 6 else 2027, month, day, 15, tzinfo=UTC)


def overdue(world: World) -> tuple[Subscription, Invoice]:
    subscription = world.subscribe("web-a")
    world.pass_time(at(12, 16))
    invoice = Invoice.objects.latest("issued_at")
    assert (invoice.due_on, invoice.total) == (date(2026, 12, 14), 1035)
    assert not StepTaken.objects.exists()
    return subscription, invoice


def steps(invoice: Invoice) -> list[tuple[str, int, int, int]]:
    taken = StepTaken.objects.filter(invoice=invoice).order_by("taken_on")
    return [(one.kind, one.number, one.taken_on.month, one.taken_on.day) for one in taken]


def letters(kind: str) -> list[Notice]:
    return list(Notice.objects.filter(kind=kind, language="fr").order_by("written_at"))


def is_suspended(world: World) -> bool:
    return bool(world.panel.account("boreale")["suspended"])


def test_reminded_suspended_on_the_panel_paid_and_at_work_again_at_once(world: World) -> None:
    subscription, invoice = overdue(world)
    world.pass_time(at(12, 28))
    assert steps(invoice) == [("reminder", 1, 12, 17), ("reminder", 2, 12, 21), ("reminder", 3, 12, 26)]
    first, _, last = letters("invoice.reminded")
    assert first.title.replace("\xa0", " ") == "Rappel : 10,35 $ à payer sur la facture 2026-0002"
    assert "29 décembre 2026" in first.text and link("invoice", invoice.id) in first.text
    assert last.title.startswith("Dernier rappel")
    assert not is_suspended(world)
    world.pass_time(at(12, 29))
    subscription.refresh_from_db()
    assert (subscription.state, is_suspended(world)) == ("suspended", True)
    (told,) = letters("subscription.suspended")
    assert "28 janvier 2027" in told.text
    world.pass_time(at(1, 2))
    world.pay(invoice.customer_id, invoice.id)
    world.drain()
    subscription.refresh_from_db()
    assert (subscription.state, is_suspended(world)) == ("active", False)
    assert len(letters("subscription.resumed")) == 1
    world.pass_time(at(1, 13))
    assert len(steps(invoice)) == 4  # The end has no object any more.


def test_never_paid_and_ended_with_the_time_served_still_owed(world: World) -> None:
    subscription, invoice = overdue(world)
    world.pass_time(at(1, 27))
    subscription.refresh_from_db()
    second = Invoice.objects.latest("issued_at")
    assert (subscription.state, second.due_on) == ("suspended", date(2027, 1, 14))
    world.pass_time(at(1, 28))
    subscription.refresh_from_db()
    assert (subscription.state, subscription.ended_on) == ("cancelled", date(2027, 1, 28))
    assert is_suspended(world)  # A person deletes (decision 0006).
    # Of 14 January - 14 February (31 days), 17 are not served: 9.00 x 17/31 = 4.94.
    note = CreditNote.objects.get()
    assert (note.invoice_id, note.net, note.reason) == (second.id, 494, "ended_early")
    assert owed_on(invoice.customer_id, invoice.id) == 1035
    assert owed_by(invoice.customer_id, "CAD") == 1035 + second.total - note.total
    (told,) = letters("subscription.cancelled")
    assert "n’a pas été payé" in told.text
    world.pass_time(at(2, 20))
    assert Invoice.objects.count() == 3  # Nothing is billed any more.
    world.pay_all(world.boreale)
    world.drain()
    subscription.refresh_from_db()
    assert subscription.state == "cancelled"


def test_a_promise_holds_everything_until_it_is_over(world: World) -> None:
    subscription, invoice = overdue(world)
    world.pass_time(at(12, 18))
    grant_delay(
        invoice.customer_id,
        invoice.id,
        promised_on=date(2027, 1, 8),
        note="Payée par la Ville, qui paie à 30 jours.",
        by=world.dana,
        on=date(2026, 12, 18),
        at=world.now,
    )
    world.drain()
    (told,) = letters("invoice.delay_granted")
    assert "8 janvier 2027" in told.text and "Ville" not in told.text
    world.pass_time(at(1, 8))
    subscription.refresh_from_db()
    assert (steps(invoice), subscription.state) == ([("reminder", 1, 12, 17)], "active")
    world.pass_time(at(1, 17))
    subscription.refresh_from_db()
    assert steps(invoice)[1:] == [("reminder", 2, 1, 9), ("reminder", 3, 1, 14), ("suspension", 1, 1, 17)]
    assert (subscription.state, is_suspended(world)) == ("suspended", True)
