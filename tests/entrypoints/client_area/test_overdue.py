"""What a client sees of a service that is not paid: late, declined, suspended, suspended for something else."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse

from palier.billing.models import Invoice, PaymentMethod
from palier.books import violations
from palier.entrypoints.client_area.addresses import to_pay
from palier.entrypoints.demo.card_control import CardControl
from palier.events import clock
from palier.events.record import Actor
from palier.people.seal import sealed
from palier.plan_changes.models import PlanChange
from palier.provisioning.suspend import suspend
from palier.subscriptions.models import Subscription
from tests.pages import field, links, text
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books_are_right(db: None) -> Iterator[None]:
    yield
    assert violations() == []


@pytest.fixture
def late(world: World, card: CardControl, monkeypatch: pytest.MonkeyPatch) -> Subscription:
    """10.35, due on 14 December; the saved card is declined."""
    subscription = world.subscribe("web-a")
    card.keep_method("card", "decline")
    PaymentMethod.objects.create(
        customer=world.boreale,
        gateway="demo_card",
        label="Visa •••• 4242",
        token=sealed("card"),
        is_default=True,
    )
    monkeypatch.setattr(clock, "now", lambda: world.now)
    world.alice.language = "en"
    world.alice.save()
    world.pass_time(datetime(2026, 12, 18, 15, tzinfo=UTC))
    return subscription


def page(world: World, view: str, *args: object) -> str:
    browser = Browser()
    browser.force_login(world.alice)
    return text(browser.get(reverse(f"client_area:{view}", args=args)))


def test_an_overdue_service_says_what_is_owed_and_no_date_of_renewal(
    world: World, late: Subscription
) -> None:
    said = page(world, "product", late.id)
    for sentence in (
        "Payment overdue",
        "$10.35 to pay on invoice 2026-0002",
        "The last payment was declined. Your bank declined the card.",
        "If it is not paid, the service is suspended on December 29, 2026.",
        "Paid until December 14, 2026",
        "last payment declined",
    ):
        assert sentence in said
    assert "Next renewal" not in said and "automatic" not in said


def test_the_dashboard_says_that_a_payment_was_declined(world: World, late: Subscription) -> None:
    said = page(world, "dashboard")
    assert "Payment overdue" in said and "Payment declined on December 17" in said


def test_a_suspended_service_says_why_what_to_pay_and_when_it_ends(world: World, late: Subscription) -> None:
    world.pass_time(datetime(2026, 12, 30, 15, tzinfo=UTC))
    said = page(world, "product", late.id)
    for sentence in (
        "This service is suspended: $10.35 to pay on invoice 2026-0002",
        "Pay it, and the service works again at once.",
        "If it is not paid, the service ends on January 28, 2027.",
        "Pay this invoice",
        "Service suspended: an invoice is unpaid",
    ):
        assert sentence in said


def test_once_it_is_paid_nothing_of_it_is_left(world: World, late: Subscription) -> None:
    world.pass_time(datetime(2026, 12, 30, 15, tzinfo=UTC))
    invoice = Invoice.objects.get(number="2026-0002")
    world.pay(invoice.customer_id, invoice.id)
    world.drain()
    said = page(world, "product", late.id)
    assert "overdue" not in said and "Next renewal" in said and "automatic" in said


def test_a_service_that_people_suspended_says_that_a_payment_does_not_help(
    world: World, late: Subscription
) -> None:
    world.pay_all(world.boreale)
    world.drain()
    suspend(late.customer_id, late.id, note="spam", by=Actor("staff", world.dana.id), at=world.now)
    world.drain()
    said = page(world, "product", late.id)
    assert "This service is suspended by our team" in said and "spam" not in said


def test_it_stands_in_the_way_of_a_change_with_a_button_that_pays_it(
    world: World, late: Subscription
) -> None:
    browser = Browser()
    browser.force_login(world.alice)
    invoice = Invoice.objects.latest("issued_at")

    def check() -> HttpResponse:
        return browser.get(reverse("client_area:check", args=[late.id]), {"plan": "web-b"})  # type: ignore[return-value]

    def press(page: HttpResponse) -> int:
        said = {name: field(page, name) for name in ("token", "key")}
        return browser.post(reverse("client_area:accept", args=[late.id]), said).status_code

    for page in (browser.get(reverse("client_area:choose", args=[late.id])), check()):
        sentence = f"Invoice {invoice.number} of this service is to be paid first: $10.35. Pay this invoice"
        assert sentence in text(page)  # type: ignore[arg-type]
        assert to_pay(invoice.id) in links(page)  # type: ignore[arg-type]
    assert (press(check()), PlanChange.objects.count()) == (409, 0), "nothing can be accepted"
    world.pay_all(world.boreale)
    world.drain()
    assert to_pay(invoice.id) not in links(check())
    assert (press(check()), PlanChange.objects.count()) == (303, 1)
