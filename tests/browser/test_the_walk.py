"""The whole walk, lived in Chromium: in French, and then again in English. Real processes all the way."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.running import Palier

#: A change takes some milliseconds; a machine that runs the whole suite at once takes its time.
PATIENCE = 45_000


@dataclass(frozen=True)
class Words:
    """What is read and pressed, in one language."""

    language: str
    refused: str
    upgrade: str
    details: str
    pay: str
    operational: str
    now: str
    free: str
    choose_title: str
    team: str
    take: str
    done: str
    retry: str
    lie: str
    normal: str
    first_tax: str
    second_tax: str


FRENCH = Words(
    language="fr",
    refused="12,4",
    upgrade="Mise à niveau",
    details="Voir le détail avant de payer",
    pay="Payer",
    operational="Pleinement opérationnel",
    now="Maintenant, sans remboursement",
    free="0,00",
    choose_title="Quel niveau",
    team="Notre équipe",
    take="Prendre en charge",
    done="",
    retry="Laisser la machine réessayer",
    lie="Mentir",
    normal="Revenir à la normale",
    first_tax="TPS",
    second_tax="TVQ",
)
ENGLISH = Words(
    language="en",
    refused="12.4",
    upgrade="Upgrade / downgrade",
    details="See the details before paying",
    pay="Pay",
    operational="Fully operational",
    now="Now, without refund",
    free="0.00",
    choose_title="Which level",
    team="Our team",
    take="Take it",
    done="Done: tell the client",
    retry="Let the machine try again",
    lie="Lie",
    normal="Come back",
    first_tax="GST",
    second_tax="QST",
)


class Walk:
    """One person at the screen."""

    def __init__(self, page: Page, palier: Palier, words: Words) -> None:
        self.page, self.base, self.words = page, palier.address, words
        page.set_default_timeout(PATIENCE)

    def open(self, path: str) -> None:
        self.page.goto(self.base + path)

    def press(self, name: str) -> None:
        # From its beginning: "Lie" is in "Client" too.
        self.page.get_by_role("button", name=re.compile(f"^{re.escape(name)}")).first.click()

    def speak(self) -> None:
        self.open("/demo/")
        if self.page.locator("html").get_attribute("lang", timeout=PATIENCE)[:2] != self.words.language:  # type: ignore[index]
            self.page.locator(f"button[name=language][value={self.words.language}]").first.click()
        expect(self.page.locator("html")).to_have_attribute("lang", re.compile(f"^{self.words.language}"))

    def enter(self, door: str) -> None:
        """Through one of the demo's doors, to where it leads."""
        self.open("/demo/")
        self.page.locator(f"form:has(input[name=door][value={door}])").first.locator("button").click()
        self.page.wait_for_url(lambda url: "/demo/" not in url)

    def choose(self, plan: str, when: str | None = None) -> None:
        self.page.locator(".acts").get_by_role("link", name=self.words.upgrade).click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(self.words.choose_title)
        self.page.locator(f"#level-{plan}").check()
        if when is not None:
            self.page.locator(f"#when-{plan}-{when}").check()
        self.press(self.words.details)

    def check_accessible(self) -> None:
        found = Axe().run(self.page).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []

    def watch_until_operational(self) -> None:
        """The page follows by itself, to the last step."""
        ended = self.page.locator("ol.steps.ended")
        expect(ended).to_contain_text(self.words.operational, timeout=PATIENCE)

    def watch_until_a_person_is_needed(self) -> None:
        expect(self.page.locator("#follow [role=status]")).to_contain_text(self.words.team, timeout=PATIENCE)


@pytest.fixture(params=[FRENCH, ENGLISH], ids=lambda words: words.language)
def walk(request: pytest.FixtureRequest, browser: Browser, palier: Palier) -> Iterator[Walk]:
    context = browser.new_context(locale="en-CA" if request.param.language == "en" else "fr-CA")
    walk = Walk(context.new_page(), palier, request.param)
    walk.speak()
    yield walk
    context.close()


def founding_page(walk: Walk) -> str:
    walk.enter("alice")
    return walk.page.url.removeprefix(walk.base)


def test_a_client_lives_the_founding_document(walk: Walk) -> None:
    words, page = walk.words, walk.page
    # Alice's site goes one step up in each language: Forfait A to B in French, then B to C in English.
    here, there = ("web-a", "web-b") if words.language == "fr" else ("web-b", "web-c")

    # One click from signed in, on the founding page.
    service = founding_page(walk)
    expect(page.locator("html")).to_have_attribute("lang", re.compile(f"^{words.language}"))
    walk.check_accessible()

    # Only the difference, read line by line, both taxes; then paid, and watched until the panel confirms it.
    walk.choose(there)
    walk.check_accessible()
    table = page.locator("main table").first
    expect(table).to_contain_text(words.first_tax)
    expect(table).to_contain_text(words.second_tax)
    pay = page.get_by_role("button", name=re.compile(f"^{words.pay} "))
    amount = re.search(r"[0-9]+[.,][0-9]{2}", pay.inner_text())
    assert amount is not None
    expect(table.locator("tr.total")).to_contain_text(amount[0])
    pay.click()
    if "/pay/" in page.url or page.locator("button[value=approve]").count():
        page.locator("button[value=approve]").click()
    walk.watch_until_operational()
    walk.check_accessible()

    # Down and up again: nothing to pay.
    walk.open(service)
    walk.choose(here, "now")
    page.locator("main form button.go").click()
    walk.watch_until_operational()
    walk.open(service)
    walk.choose(there)
    expect(page.locator("main form button.go")).to_contain_text(words.free)
    page.locator("main form button.go").click()
    walk.watch_until_operational()

    # The invoice prints both taxes, with the numbers they are registered under, in the customer's own language.
    walk.open("/client/invoices/")
    walk.check_accessible()
    page.locator("main table a, main .rows a").first.click()
    for printed in ("TPS", "RT0001", "TVQ", "TQ0001"):
        expect(page.locator("main")).to_contain_text(printed)
    walk.check_accessible()


def test_a_level_that_is_too_small_is_refused_with_the_numbers(walk: Walk) -> None:
    walk.open("/demo/")
    walk.page.locator("ol form, .steps form, main form:has(input[name=next])").first.locator("button").click()
    expect(walk.page.locator("main")).to_contain_text(walk.words.refused)
    walk.check_accessible()


def test_a_panel_that_lies_puts_a_person_to_work(walk: Walk) -> None:
    words, page = walk.words, walk.page
    service = founding_page(walk)
    walk.open("/demo/scenarios/")
    walk.check_accessible()
    walk.press(words.lie)
    walk.open(service)
    # The walks before this one ended on Forfait C: one step up in French, and down again in English.
    if words.language == "fr":
        walk.choose("web-d")
    else:
        walk.choose("web-c", "now")
    page.locator("main form button.go").click()
    if page.locator("button[value=approve]").count():
        page.locator("button[value=approve]").click()
    walk.watch_until_a_person_is_needed()
    follow = page.url
    walk.open("/demo/scenarios/")
    walk.press(words.normal)

    # Staff see it in their queue, take it, and let the machine try again.
    walk.enter("dana")
    walk.check_accessible()
    page.locator("main tbody tr", has_text="Ateliers Boréale").locator("th a").first.click()
    walk.check_accessible()
    walk.press(words.take)
    walk.check_accessible()
    walk.press(words.retry)
    walk.enter("alice")
    page.goto(follow)
    walk.watch_until_operational()

    # The client heard of both, by mail.
    walk.open("/demo/mail/")
    walk.check_accessible()
    expect(page.locator("main")).to_contain_text(re.compile(words.operational, re.IGNORECASE))
