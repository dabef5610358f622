"""What a host's policies look like to a client, and that `palier quote` says the same sentences."""

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from palier.catalog.models import Discount
from palier.entrypoints.cli import quote as cli
from palier.entrypoints.cli.arguments import parser
from palier.plan_changes.approve import approve
from palier.plan_changes.models import PlanChange
from palier.subscriptions.models import Subscription
from tests.entrypoints.client_area.conftest import Browser
from tests.plan_changes.rules import count_up, set_discount, set_policies, set_setup_fee
from tests.world import World

pytestmark = pytest.mark.django_db
LANGUAGES = ("fr", "en")
REASON = {"fr": "Nous vérifions la machine.", "en": "We check the machine."}


def text_of(answer: object) -> str:
    written = re.sub(r"<[^>]+>", " ", answer.content.decode())  # type: ignore[attr-defined]
    return plain(html.unescape(written))


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ").replace("\u202f", " "))


def sentences(answer: object) -> list[str]:
    """What happens, as the check page lists it."""
    listed = re.search(r'<ul class="sentences">(.*?)</ul>', answer.content.decode(), re.DOTALL)  # type: ignore[attr-defined]
    assert listed
    return [
        plain(html.unescape(re.sub(r"<[^>]+>", "", one))).strip()
        for one in re.findall(r"<li>(.*?)</li>", listed[1], re.DOTALL)
    ]


def said_by_cli(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    cli.run(parser().parse_args(["quote", *arguments]))
    return plain(capsys.readouterr().out)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("policies", "plan", "asked", "typed"),
    [
        ({}, "web-c", {}, []),
        ({"setup_fee": "charge"}, "web-c", {}, []),
        ({"refund": "credit_balance", "downgrade_when": "now"}, "web-a", {}, []),
        ({"downgrade_when": "at_renewal"}, "web-a", {}, []),
        ({"cycle_change": "at_renewal"}, "web-b", {"cycle": "yearly"}, ["--cycle", "yearly"]),
        ({}, "web-b", {"cycle": "yearly"}, ["--cycle", "yearly"]),
        ({"approval": "before_payment", "approval_reason": REASON}, "web-c", {}, []),
        ({"approval": "after_payment", "approval_reason": REASON}, "web-c", {}, []),
        ({}, "web-c", {"code": "half"}, ["--code", "half"]),
        ({}, "web-c", {"code": "school"}, ["--code", "SCHOOL"]),
    ],
)
def test_the_command_line_says_each_sentence_of_the_check_page(
    world: World,
    browser_of: Callable[..., Browser],
    capsys: pytest.CaptureFixture[str],
    policies: dict[str, object],
    plan: str,
    asked: dict[str, str],
    typed: list[str],
    language: str,
) -> None:
    set_policies(**policies)
    set_setup_fee("web-c", 500)
    set_discount("half", periods=2)
    set_discount("school", "0.1")
    subscription = world.subscribe("web-b")
    alice = browser_of(world.alice, language)
    page = alice.check(subscription.id, plan, **asked)
    told = said_by_cli(capsys, str(subscription.id), plan, "--language", language, *typed)
    found = sentences(page)
    assert found
    for sentence in found:
        assert sentence in told


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "Reporté à votre prochaine facture : trop petit pour être payé seul −0,35 $"),
        ("en", "Put on your next invoice: too small to be paid alone −$0.35"),
    ],
)
def test_what_is_too_small_to_be_paid_is_said_to_be_on_the_next_invoice(
    world: World,
    browser_of: Callable[..., Browser],
    capsys: pytest.CaptureFixture[str],
    subscription: Subscription,
    settings: Any,
    language: str,
    said: str,
) -> None:
    settings.GATEWAYS = {"demo_card": {**settings.GATEWAYS["demo_card"], "least": {"CAD": 50}}}
    world.now = datetime(2026, 12, 13, 15, 0, tzinfo=UTC)
    alice = browser_of(world.alice, language)
    page = alice.check(subscription.id, "web-b")
    assert said in text_of(page)
    assert page.context["page"].methods == ()
    told = said_by_cli(capsys, str(subscription.id), "web-b", "--on", "2026-12-13", "--language", language)
    assert said.rpartition(" ")[0] in told
    followed = alice.press(page, subscription.id)
    assert followed.status_code == 303
    assert PlanChange.objects.get().state in ("applying", "done")


def test_a_code_is_typed_on_the_check_page_and_lowers_the_total(
    world: World, alice: Browser, subscription: Subscription
) -> None:
    set_discount("half", periods=1)
    before, after = (alice.check(subscription.id, "web-b", code=code) for code in ("", "HALF"))
    assert before.context["page"].due_now.minor == 725
    assert after.context["page"].due_now.minor == 362  # 3.15, 0.16 and 0.31
    assert 'value="HALF"' in after.content.decode()


def test_a_code_that_is_wrong_says_so_and_loses_nothing(
    world: World, alice: Browser, subscription: Subscription
) -> None:
    set_discount("half", periods=1)
    page = alice.check(subscription.id, "web-b", cycle="yearly", code="HAFL")
    assert "This code is not one of ours" in text_of(page)
    assert page.context["page"].asked[:2] == (("plan", "web-b"), ("cycle", "yearly"))
    ladder = alice.get("choose", subscription.id, code="HAFL")
    assert "This code is not one of ours" in text_of(ladder)
    assert 'value="HAFL"' in ladder.content.decode()


def test_where_there_are_no_codes_none_is_asked_for(
    world: World, alice: Browser, subscription: Subscription
) -> None:
    Discount.objects.all().delete()
    count_up()
    for page in (alice.check(subscription.id, "web-b"), alice.get("choose", subscription.id)):
        assert 'name="code"' not in page.content.decode()


def test_the_planned_change_that_another_replaces_is_named(world: World, alice: Browser) -> None:
    subscription = world.subscribe("web-b")
    world.change(subscription, "web-a", at_renewal=True)
    page = alice.check(subscription.id, "web-c")
    assert "It replaces the move to Plan A that is planned for December 14, 2026." in text_of(page)


def test_a_change_is_asked_for_followed_and_approved(
    world: World, alice: Browser, subscription: Subscription
) -> None:
    set_policies(approval="before_payment", approval_hours=4, approval_reason=REASON)
    page = alice.check(subscription.id, "web-b")
    assert "Ask to move to Plan B" in text_of(page) and "We check the machine." in text_of(page)
    alice.press(page, subscription.id)
    change = PlanChange.objects.get()
    follow = text_of(alice.get("follow", change.id))
    assert "you have our answer by Monday, Nov 23, 2 pm" in follow
    world.now = change.promised_by.replace(hour=23)  # type: ignore[union-attr]
    assert "and we are late" in text_of(alice.get("follow", change.id))
    approve(change.customer_id, change.id, house=world.house, by=world.dana, at=world.now)
    after = alice.get("follow", change.id)
    assert "It begins as soon as it is paid." in text_of(after)
    assert after.context["page"].pay_url


@pytest.fixture
def subscription(world: World) -> Subscription:
    return world.subscribe("web-a")
