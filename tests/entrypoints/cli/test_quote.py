"""`palier quote` says what the check page says."""

import json

import pytest

from palier.core.quote_json import quote_json
from palier.entrypoints.cli import quote
from palier.entrypoints.cli.arguments import parser
from palier.events import clock
from palier.plan_changes.models import PlanChange
from tests.catalogs.files import MAILHOST
from tests.machines import PANEL_TOKEN, Machine, panel_control
from tests.world import World, build, point_at

pytestmark = pytest.mark.django_db


def asked(*arguments: str) -> int:
    return quote.run(parser().parse_args(["quote", *arguments]))


def test_it_says_what_is_due_and_why_in_the_providers_language(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.subscribe()
    assert asked("ateliers-boreale.example", "web-b") == 0
    told = capsys.readouterr().out.replace("\u00a0", " ").replace("\u202f", " ")
    assert "Forfait A → Forfait B" in told
    assert "(18,00 $ − 9,00 $) × 21 jours sur 30" in told
    assert "TVQ 9,975 %" in told and "7,25 $" in told
    assert not PlanChange.objects.exists()


def test_what_stands_in_the_way_and_what_to_do_is_said(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    subscription = world.subscribe("web-b", usage={"mailboxes": 7})
    type(world.service(subscription)).objects.update(grows_only=["disk"])
    assert asked("ateliers-boreale.example", "web-a", "--language", "en") == 1
    told = capsys.readouterr().out.replace("\u00a0", " ")
    assert "Disk space: yours is of 25 GB and cannot be made smaller on its server" in told
    assert "You use 7 mailboxes; this level holds 5. Delete 2 mailboxes to choose it." in told


def test_as_json_it_is_the_quote_that_would_be_accepted(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    subscription = world.subscribe()
    assert asked(str(subscription.id), "web-b", "--cycle", "yearly", "--json") == 0
    offered = world.offer(subscription, "web-b", "yearly").quote
    assert json.loads(capsys.readouterr().out) == quote_json(offered)


def test_an_option_that_is_not_sold_in_the_cycle_is_left_out_as_on_the_page(
    panel_machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    point_at(panel_machine.url, PANEL_TOKEN)
    world = build(panel_control(panel_machine), MAILHOST)
    monkeypatch.setattr(clock, "now", lambda: world.now)
    world.subscribe("mail-starter", options=(("archive", 2), ("seat", 3)), label="harbor.example")
    assert asked("harbor.example", "mail-business", "--cycle", "yearly") == 0


def test_another_day_another_language_and_another_moment(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.subscribe("web-c")
    assert asked("ateliers-boreale.example", "web-a", "--language", "en", "--on", "2026-12-01") == 0
    assert "You keep Plan C until December 14, 2026" in capsys.readouterr().out
    assert asked("ateliers-boreale.example", "web-a", "--language", "en", "--when", "now") == 0
    assert "Begins at the renewal" not in capsys.readouterr().out


def test_what_stands_in_the_way_is_said_and_the_exit_status_says_so(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.subscribe("web-b", usage={"disk": 12698})
    assert asked("ateliers-boreale.example", "web-a", "--language", "en") == 1
    assert "You use 12.4 GB disk space; this level holds 10 GB." in capsys.readouterr().out.replace(
        "\u00a0", " "
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nobody.example", "web-b"), "No subscription is called nobody.example"),
        (("ateliers-boreale.example", "web-z"), "No plan is called web-z. There are: "),
        (("ateliers-boreale.example", "web-b", "--cycle", "sometimes"), "sometimes is no billing cycle"),
    ],
)
def test_a_name_that_there_is_not_is_told_with_what_there_is(
    world: World, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    world.subscribe()
    assert asked(*arguments) == 1
    assert said in capsys.readouterr().err


def test_a_label_of_two_subscriptions_asks_for_the_id(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    first = world.subscribe()
    world.subscribe(account="other")
    assert asked("ateliers-boreale.example", "web-b") == 1
    assert str(first.id) in capsys.readouterr().err
