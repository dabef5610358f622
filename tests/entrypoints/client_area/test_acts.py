"""What is done from the product page: password, panel, cancellation; and what is said when it cannot be."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core import mail
from django.http import HttpResponse

from palier.billing.models import CreditNote
from palier.catalog.models import Product
from palier.core.tax_due import Exemption
from palier.events import clock
from palier.events.models import Event
from palier.events.record import SYSTEM
from palier.notices.models import Notice
from palier.people.exempt import add_exemption
from palier.plan_changes.end_subscription import end_at_once
from palier.subscriptions.models import CancellationRequest
from tests.entrypoints.client_area.conftest import Browser, at
from tests.pages import field, links, text
from tests.plan_changes.rules import count_up
from tests.world import World

pytestmark = pytest.mark.django_db

NEW = "quatre mots au hasard"


class TestPassword:
    def test_it_is_set_on_the_panel_and_kept_nowhere(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe()
        answer = alice.post("password", subscription.id, act="set", password=NEW, again=NEW)
        assert answer.headers["Location"] == at("product", subscription.id)
        page = text(alice.get("product", subscription.id))
        assert "The password is changed." in page and "Password changed by Alice" in page
        assert NEW not in str(list(Event.objects.values_list("facts", flat=True)))
        world.drain()
        assert all(NEW not in message.body for message in mail.outbox)

    def test_one_that_is_made_is_shown_once(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe()
        answer = alice.post("password", subscription.id, act="generate")
        made = re.search(r"<code>([^<]+)</code>", answer.content.decode())
        assert made and re.fullmatch(r"(\w{5}-){3}\w{5}", made[1])
        assert "no-store" in answer.headers["Cache-Control"]
        assert made[1] not in alice.get("password", subscription.id).content.decode()

    def test_a_page_that_is_sent_again_makes_no_other(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe()
        form = alice.get("password", subscription.id).content.decode()
        page = re.search(r'name="page" value="(\w+)"', form)
        assert page
        alice.post("password", subscription.id, act="generate", page=page[1])
        again = alice.post("password", subscription.id, act="generate", page=page[1])
        assert again.status_code == 303
        assert Event.objects.filter(kind="service.password_changed").count() == 1
        assert "A password was made already" in text(alice.get("password", subscription.id))

    @pytest.mark.parametrize(
        ("password", "again", "said"),
        [
            ("short", "short", "at least 12 characters"),
            (NEW, "something else", "The two passwords are not the same."),
            ("", "", "This field is required."),
        ],
    )
    def test_what_is_wrong_is_said(
        self, password: str, again: str, said: str, world: World, alice: Browser
    ) -> None:
        subscription = world.subscribe()
        answer = alice.post("password", subscription.id, act="set", password=password, again=again)
        assert answer.status_code == 422
        assert said in text(answer)
        assert not password or f'value="{password}"' not in answer.content.decode()

    @pytest.mark.parametrize(
        ("mode", "said"),
        [
            ("busy", "The server is busy; the password was not changed."),
            ("down", "the password may or may not be changed"),
            ("refuse", "The server refused this password."),
            ("timeout_after_doing", "the password may or may not be changed"),
        ],
    )
    def test_a_panel_that_does_not_do_it_is_told_in_words(
        self, mode: str, said: str, world: World, alice: Browser
    ) -> None:
        subscription = world.subscribe()
        world.panel.set_mode(mode)
        answer = alice.post("password", subscription.id, act="set", password=NEW, again=NEW)
        world.panel.set_mode("ok")
        assert answer.status_code == 422
        assert said in text(answer)

    def test_a_service_of_our_team_has_none_to_set(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe("vps-1", label="vps-1187", account="vps-1187")
        assert at("password", subscription.id) not in links(alice.get("product", subscription.id))
        assert "Our team changes the password" in text(alice.get("password", subscription.id))


class TestPanel:
    def test_one_is_sent_there_signed_in(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe()
        answer = alice.post("panel", subscription.id)
        assert answer.status_code == 303
        assert "/login/?session=" in answer.headers["Location"]
        assert "no-store" in answer.headers["Cache-Control"]

    def test_the_pages_policy_lets_its_form_lead_there(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe()
        policy = alice.get("product", subscription.id).headers["Content-Security-Policy"]
        assert re.search(r"form-action 'self'[^;]* http://127\.0\.0\.1:\*", policy)
        assert ":*" not in alice.get("services").headers["Content-Security-Policy"]

    def test_a_panel_that_is_down_is_told_in_words(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe()
        world.panel.set_mode("down")
        answer = alice.client.post(at("panel", subscription.id), follow=True)
        world.panel.set_mode("ok")
        assert "The panel does not answer." in text(answer)


class TestCancellation:
    def test_at_renewal_it_stays_until_then_and_can_be_taken_back(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe()
        alice.post("cancellation", subscription.id, when="renewal", reason="Moving away")
        request = CancellationRequest.objects.get()
        assert (request.reason, request.state) == ("Moving away", "requested")
        assert "stays yours until December 14, 2026" in text(alice.get("cancellation", subscription.id))
        assert "Cancellation requested" in text(alice.get("product", subscription.id))
        answer = alice.client.post(at("withdraw", subscription.id), follow=True)
        assert "The request is withdrawn: you keep this service." in text(answer)
        request.refresh_from_db()
        assert request.state == "withdrawn"

    def test_at_once_it_is_read_once_more_and_then_over(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe()
        page = alice.post("cancellation", subscription.id, when="now", reason="Moving away")
        assert "What stops today" in text(page)
        assert "What is paid and not used does not come back." in text(page)
        assert CancellationRequest.objects.count() == 0
        answer = confirm(alice, page, subscription.id)
        assert "The service has ended." in text(answer)
        assert CancellationRequest.objects.get().reason == "Moving away"
        page = alice.get("product", subscription.id)
        assert at("choose", subscription.id) not in links(page)
        assert "since November 23, 2026" in text(page) and "until" not in text(page)
        assert "ended on November 23, 2026" in text(alice.get("services"))
        assert "This service is over." in text(alice.get("cancellation", subscription.id))

    def test_a_consumer_reads_what_comes_back_and_gets_it(
        self, world: World, browser_of: Callable[..., Browser]
    ) -> None:
        charlie = browser_of(world.charlie)
        subscription = world.subscribe(customer=world.stranger, label="charlie.example", account="charlie")
        assert "You get $6.52 back, taxes included." in text(charlie.get("cancellation", subscription.id))
        page = charlie.post("cancellation", subscription.id, when="now")
        said = text(page)
        for part in (
            "Paid and not used $9.00 × 21 days of 30 $6.30",
            "Cancellation indemnity, which we keep the lesser of $50.00 and 10% of it −$0.63",
            "GST 5% $0.28 QST 9.975% $0.57 Given back $6.52",
            "$6.52 go back to",
            "Consumer Protection Act",
            "it is not legal advice",
            "End it now and get $6.52 back",
        ):
            assert part in said, said
        assert "The service has ended, and $6.52 are given back" in text(
            confirm(charlie, page, subscription.id)
        )
        assert "Cancelled, and $6.52 given back" in text(charlie.get("product", subscription.id))
        note = CreditNote.objects.get()
        assert "the days not used" in text(charlie.get("invoice", note.id))

    def test_of_a_month_that_is_not_paid_a_consumer_reads_what_is_taken_off_or_keeps_it(
        self, world: World, browser_of: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        subscription = world.subscribe("web-a", customer=world.stranger, label="c.example", account="charlie")
        world.pass_time(datetime(2026, 12, 18, 15, tzinfo=UTC))
        monkeypatch.setattr(clock, "now", lambda: world.now)
        charlie = browser_of(world.charlie)
        asked = text(charlie.get("cancellation", subscription.id))
        assert "You keep it until January 14, 2027, and nothing more is charged." in asked
        page = text(charlie.post("cancellation", subscription.id, when="now"))
        assert "$8.11 are taken off the invoice that is not paid, taxes included." in page
        charlie.post("cancellation", subscription.id, when="renewal")
        assert "stays yours until January 14, 2027" in text(charlie.get("cancellation", subscription.id))

    @pytest.mark.parametrize("is_exempt", [False, True])
    @pytest.mark.parametrize("is_included", [False, True])
    def test_the_steps_of_what_comes_back_add_up_to_it(
        self, world: World, browser_of: Callable[..., Browser], is_included: bool, is_exempt: bool
    ) -> None:
        Product.objects.filter(code="web").update(prices_include_tax=is_included)
        count_up()
        if is_exempt:
            exemption = Exemption("", date(2026, 11, 14), None, "QC-4471")
            add_exemption(world.stranger.id, exemption, reason="", by=SYSTEM, at=world.now)
        subscription = world.subscribe("web-a", customer=world.stranger, label="c.example", account="charlie")
        found = end_at_once(world.stranger.id, subscription.id, house=world.house, at=world.now)
        page = browser_of(world.charlie).post("cancellation", subscription.id, when="now").content.decode()
        *steps, total = [
            int(re.sub("[^0-9]", "", figure)) * (-1 if "\N{MINUS SIGN}" in figure else 1)
            for figure in re.findall('<td class="money">([^<]+)</td>', page)
        ]
        assert sum(steps) == total == found.settlement.total > 0
        assert ("Taxes included in these prices" in page) is is_included

    def test_figures_that_moved_are_read_again_and_nothing_is_done(
        self, world: World, browser_of: Callable[..., Browser]
    ) -> None:
        charlie = browser_of(world.charlie)
        subscription = world.subscribe(customer=world.stranger, label="charlie.example", account="charlie")
        page = charlie.post("cancellation", subscription.id, when="now")
        forged = {"when": "now", "reason": "", "promise": "900-0-1035-1035"}
        answer = charlie.client.post(at("cancellation", subscription.id), forged)
        assert answer.status_code == 409
        assert "The figures have changed; nothing was done" in text(answer)
        assert (CancellationRequest.objects.count(), CreditNote.objects.count()) == (0, 0)
        assert field(answer, "promise") == field(page, "promise")

    def test_it_says_that_an_open_change_is_undone_first(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe()
        world.accept(subscription, world.offer(subscription, "web-b"))
        page = text(alice.get("cancellation", subscription.id))
        assert "Your change to Plan B, which is under way, will be undone first." in page

    def test_a_change_whose_work_has_begun_comes_first(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe()
        world.panel.set_mode("lie")
        world.change(subscription, "web-b")
        world.panel.set_mode("ok")
        answer = alice.post("cancellation", subscription.id, when="renewal")
        assert answer.status_code == 409
        assert "A change of this service has begun." in text(answer)

    def test_a_choice_must_be_made(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe()
        assert alice.post("cancellation", subscription.id).status_code == 422


def confirm(browser: Browser, page: HttpResponse, subscription_id: object) -> Any:
    """The button of the page that is read before a service ends at once."""
    said = {name: field(page, name) for name in ("when", "reason", "promise")}
    return browser.client.post(at("cancellation", subscription_id), said, follow=True)


def test_a_message_reads_as_a_page(world: World, alice: Browser) -> None:
    world.subscribe()
    notice = Notice.objects.filter(user=world.alice)[0]
    assert "\n-- \n" in notice.text and "://" in notice.text
    said = alice.get("message", notice.id).content.decode().split("<article")[1].split("</article>")[0]
    assert notice.text.split("\n")[0] in said
    assert "--" not in said and "This is why" not in said
    assert text(alice.get("message", notice.id)).count("://") == 0


def test_a_message_is_read_by_saying_so(world: World, alice: Browser) -> None:

    world.subscribe()
    notice = Notice.objects.filter(user=world.alice)[0]
    assert "Mark as read" in text(alice.get("message", notice.id))
    alice.post("read_message", notice.id)
    notice.refresh_from_db()
    assert notice.read_at == world.now
    assert "Mark as read" not in text(alice.get("message", notice.id))


@pytest.mark.parametrize(("view", "times"), [("check", 60), ("password", 10)])
def test_too_often_is_told_to_wait(view: str, times: int, world: World, alice: Browser) -> None:
    subscription = world.subscribe()
    for _ in range(times):
        if view == "check":
            answer = alice.get("check", subscription.id)
        else:
            answer = alice.post("password", subscription.id, act="set", password="x")
        assert answer.status_code != 429
    ask = alice.get if view == "check" else alice.post
    assert ask(view, subscription.id).status_code == 429
