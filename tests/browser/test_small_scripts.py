"""The two small scripts on real pages, and what works without them. The gallery serves the pages."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.screenshots import served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    with served() as address:
        yield f"{address}/-/gallery"


@pytest.fixture
def english(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-CA")
    yield context.new_page()
    context.close()


@pytest.fixture
def without_script(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        locale="en-CA", java_script_enabled=False, viewport={"width": 390, "height": 800}
    )
    yield context.new_page()
    context.close()


def test_the_chosen_level_is_repeated_beside_the_button(english: Page, gallery: str) -> None:
    english.goto(f"{gallery}/choose/")
    expect(english.locator("#chosen")).to_have_text("Plan B · $7.25 today")
    english.get_by_label("Plan C").check()
    expect(english.locator("#chosen")).to_have_text("Plan C · $16.91 today")


def test_another_cycle_asks_for_the_ladder_again_in_place(english: Page, gallery: str) -> None:
    english.goto(f"{gallery}/choose/")
    english.evaluate("window.here = true")
    with english.expect_response(lambda answer: "cycle=yearly" in answer.url):
        english.get_by_label("Per year").check()
    expect(english.locator("#ladder")).not_to_have_attribute("aria-busy", "true")
    assert "cycle=yearly" in english.url
    assert english.evaluate("window.here")


def test_levels_show_by_themselves_what_was_measured_meanwhile(english: Page, gallery: str) -> None:
    asked: list[str] = []
    english.on("request", lambda request: asked.append(request.url) if "/choose/" in request.url else None)
    english.goto(f"{gallery}/choose-unmeasured/")
    expect(english.get_by_text("being measured again")).to_be_visible()
    expect(english.get_by_text("could not be measured")).to_be_visible()
    english.get_by_label("Plan C").focus()
    expect(english.get_by_text("Free 2.5 GB to choose it")).to_be_visible(timeout=8000)
    expect(english.get_by_text("being measured again")).to_have_count(0)
    expect(english.get_by_label("Plan C")).to_be_focused()
    english.wait_for_timeout(3000)
    assert len(asked) == 1 and "plan=b" in asked[0]


def test_a_page_that_is_followed_shows_the_news_by_itself_and_then_stops_asking(
    english: Page, gallery: str
) -> None:
    done = english.request.get(f"{gallery}/follow-done/", headers={"accept-language": "en-CA"}).text()
    asked: list[str] = []

    def answer(route: Route) -> None:
        if route.request.headers.get("x-part") != "follow":
            route.continue_()
            return
        asked.append(route.request.url)
        route.fulfill(body=done, content_type="text/html")

    english.route("**/gallery/follow/", answer)
    english.goto(f"{gallery}/follow/")
    expect(english.get_by_text("Being applied", exact=True)).to_be_visible()
    expect(english.get_by_role("listitem").filter(has_text="Fully operational")).to_contain_text(
        "Nov 23", timeout=8000
    )
    english.wait_for_timeout(200)
    assert len(asked) == 1
    assert english.locator("[data-live]").count() == 0


def test_without_script_the_menu_opens_and_the_prices_have_a_button(
    without_script: Page, gallery: str
) -> None:
    without_script.goto(f"{gallery}/choose/")
    expect(without_script.get_by_role("link", name="Invoices")).to_be_hidden()
    without_script.get_by_role("button", name="Menu").click()
    expect(without_script.get_by_role("link", name="Invoices")).to_be_visible()
    expect(without_script.get_by_role("button", name="Show the prices")).to_be_visible()


def test_a_keyboard_reaches_the_content_first(english: Page, gallery: str) -> None:
    english.goto(f"{gallery}/product/")
    english.keyboard.press("Tab")
    expect(english.get_by_role("link", name="Skip to the content")).to_be_focused()
    english.keyboard.press("Enter")
    assert english.evaluate("document.activeElement.id") == "main"
