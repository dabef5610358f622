"""Browsers of the cast, and a gateway whose page and call-backs are real."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.translation import activate

from palier.books import violations
from palier.entrypoints.demo.card_control import CardControl
from palier.people.models import User
from tests.machines import Merchant, listening_merchant
from tests.pages import field
from tests.world import World


@dataclass
class Browser:
    """One person's browser, by the names of the client area's views."""

    client: Client

    def get(self, view: str, *ids: object, part: str = "", **asked: str) -> Any:
        headers = {"X-Part": part} if part else {}
        return self.client.get(at(view, *ids), {name: asked[name] for name in asked}, headers=headers)

    def post(self, view: str, *ids: object, **said: str) -> Any:
        return self.client.post(at(view, *ids), said)

    def check(self, subscription_id: UUID, plan: str, **asked: str) -> Any:
        return self.client.get(at("check", subscription_id), {"plan": plan, **asked})

    def press(self, page: HttpResponse, subscription_id: UUID, **said: str) -> Any:
        """The button of a check page."""
        said = {"token": field(page, "token"), "key": field(page, "key"), **said}
        return self.client.post(at("accept", subscription_id), said)


def at(view: str, *ids: object) -> str:
    return reverse(f"client_area:{view}", args=ids)


@pytest.fixture
def browser_of(world: World) -> Callable[..., Browser]:
    """A signed-in browser; the person reads English unless told otherwise."""

    def sign_in(user: User, language: str = "en") -> Browser:
        user.language = language
        user.save(update_fields=["language"])
        client = Client()
        client.force_login(user)
        return Browser(client)

    return sign_in


@pytest.fixture
def alice(world: World, browser_of: Callable[..., Browser]) -> Browser:
    return browser_of(world.alice)


@pytest.fixture(autouse=True)
def language_of_the_test_again() -> Iterator[None]:
    yield
    activate("en")


@pytest.fixture(autouse=True)
def books_are_right(db: None) -> Iterator[None]:
    yield
    assert violations() == []


@dataclass
class Till:
    """The gateway's side of a payment: the client at its page, and the call-backs that it sends."""

    merchant: Merchant

    def decide(self, answer: HttpResponse, decision: str, **more: str) -> str:
        """Go where a press of the button led, decide there; the address one is sent back to."""
        assert answer.status_code == 303, answer.status_code
        page = answer.headers["Location"]
        back = httpx.post(page, data={"decision": decision, **more}).headers["Location"]
        return urlsplit(back).path if back.startswith(self.merchant.url) else back

    def deliver(self, count: int = 1) -> list[int]:
        """Bring the call-backs heard so far to the product; what it answered each."""
        return [
            Client()
            .post(
                reverse("gateway_callback", args=["demo_card"]),
                data=body,
                content_type="application/json",
                headers=headers,
            )
            .status_code
            for headers, body in self.merchant.wait_for(count)
        ]


@pytest.fixture
def till(card: CardControl, settings: Any) -> Iterator[Till]:
    with listening_merchant() as merchant:
        settings.BASE_URL = merchant.url
        yield Till(merchant)
