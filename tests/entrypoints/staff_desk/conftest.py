"""Dana at her desk, with something in every state on it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from palier.billing.models import Invoice
from palier.books import violations
from palier.entrypoints.demo.card_control import CardControl
from palier.people.models import User
from palier.plan_changes.models import PlanChange
from palier.work.models import WorkItem
from tests.card import pay_by_card
from tests.world import World


@dataclass
class Desk:
    """A person of the staff with a browser."""

    browser: Client
    user: User

    def get(self, view: str, *key: object, **asked: str):  # type: ignore[no-untyped-def]
        return self.browser.get(reverse(f"staff_desk:{view}", args=key), asked)

    def post(self, view: str, item: WorkItem, **said: object):  # type: ignore[no-untyped-def]
        """The page that one ends on."""
        address = reverse(f"staff_desk:{view}", args=[item.customer_id, item.id])
        return self.browser.post(address, said, follow=True)


def sit_down(user: User) -> Desk:
    user.language = "en"
    user.save()
    browser = Client()
    browser.force_login(user)
    return Desk(browser, user)


@pytest.fixture(autouse=True)
def books_are_right(db: None) -> Iterator[None]:
    yield
    assert violations() == []


@pytest.fixture
def desk(world: World) -> Desk:
    return sit_down(world.dana)


@pytest.fixture
def eloi(world: World) -> Desk:
    return sit_down(
        User.objects.create_user("eloi@example.com", "correct horse battery", name="Éloi", is_staff=True)
    )


def text(answer) -> str:  # type: ignore[no-untyped-def]
    """What the page says, without its marks."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def item_about(change_id: UUID) -> WorkItem:
    return WorkItem.objects.get(subject_id=change_id, state__in=["open", "taken"])


@pytest.fixture
def by_hand(world: World) -> PlanChange:
    return to_a_server_of_ones_own(world)


def to_a_server_of_ones_own(world: World) -> PlanChange:
    """From Forfait D: a change that people do by hand."""
    subscription = world.subscribe("web-d", label="boutique.example", account="boutique")
    return world.change(subscription, "vps-2")


@pytest.fixture
def lied(world: World) -> PlanChange:
    """From A to B for 7.25; the panel said yes and changed nothing."""
    subscription = world.subscribe()
    world.panel.set_mode("lie")
    change = world.change(subscription, "web-b")
    world.panel.set_mode("ok")
    return change


@pytest.fixture
def refused(world: World, card: CardControl) -> PlanChange:
    """From A to B, 7.25 paid by card; the panel refused."""
    subscription = world.subscribe()
    world.panel.set_mode("refuse")
    change = world.accept(subscription, world.offer(subscription, "web-b"))
    pay_by_card(world, card, Invoice.objects.get(id=change.invoice_id))
    world.drain()
    world.panel.set_mode("ok")
    change.refresh_from_db()
    return change
