"""The page of scenarios: each button does what it says."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from palier.billing.queries import open_invoices_of
from palier.books import violations
from palier.catalog import snapshot
from palier.core.periods import BillingCycle
from palier.core.pricing import Configuration
from palier.entrypoints.demo.acts import across_customers_service
from palier.entrypoints.demo.panel_control import PanelControl
from palier.entrypoints.demo.scenarios import CARD, SERVER, TIME
from palier.entrypoints.demo.world import boreale, cast
from palier.entrypoints.demo.world.queue import do_what_is_queued
from palier.entrypoints.demo.world.stage import Stage
from palier.events import clock
from palier.people.models import Customer, User
from palier.plan_changes.models import PlanChange
from palier.provisioning.models import ProvisioningJob, Service
from palier.reactions import house
from palier.reconciliation.models import Drift
from palier.reconciliation.reconcile import reconcile
from palier.subscriptions.models import Subscription
from tests.machines import Machine, card_control

pytestmark = pytest.mark.django_db


def press(client: Client, act: str) -> str:
    """The page one comes back to."""
    return client.post(reverse("demo:play", args=[act]), follow=True).text


def page(client: Client) -> str:
    return client.get(reverse("demo:scenarios")).text.replace("\u00a0", " ")


def upgrade(panel: PanelControl, card_machine: Machine) -> PlanChange:
    """Alice pays for Forfait B on the founding service, now."""
    stage = Stage(panel, card_control(card_machine), clock.now())
    stage.people[cast.ALICE.email] = User.objects.get(email=cast.ALICE.email)
    founding = Subscription.objects.get(label=boreale.FOUNDING_LABEL, plan_id="web-a")
    return stage.changes(founding, "web-b", by=cast.ALICE)


def test_the_page_shows_both_sides_of_every_service_that_is_on_the_panel(client: Client, story: PanelControl):
    shown = page(client)
    for label in (boreale.FOUNDING_LABEL, boreale.SHOP_LABEL, boreale.AGENCY_LABEL):
        assert label in shown
    assert shown.count("Pareil") == 3
    assert "12,4" in shown and "forfait_b" in shown
    assert "Serveur privé" not in shown


@pytest.mark.parametrize("act", [act for act, scenario in SERVER.items() if act != "come-back"])
def test_the_server_misbehaves_as_asked_and_comes_back(client: Client, story: PanelControl, act):
    assert str(SERVER[act].mode) != "ok"
    press(client, act)
    assert story.state()["mode"]["mode"] == SERVER[act].mode
    press(client, "come-back")
    assert story.state()["mode"]["mode"] == "ok"


def test_the_page_says_how_the_server_behaves_now(client: Client, story: PanelControl):
    assert "Le serveur ment désormais." in press(client, "lie")
    assert page(client).count('aria-pressed="true"') == 2  # the theme's, and this one


def test_a_lie_ends_in_the_queue_and_both_sides_still_agree(
    client: Client, story: PanelControl, card_machine: Machine
):
    press(client, "lie")
    assert upgrade(story, card_machine).state == "needs_person"
    shown = page(client)
    assert "Passage du Forfait A au Forfait B : <b>Entre les mains de notre équipe</b>" in shown
    assert "boreale : passer au Forfait B" in shown
    assert "a dit oui, n’a rien fait" in shown


def test_what_waited_for_a_server_that_was_down_is_done_when_it_comes_back(
    client: Client, story: PanelControl, card_machine: Machine
):
    press(client, "down")
    change = upgrade(story, card_machine)
    assert change.state == "applying"
    assert ProvisioningJob.objects.get(subject_id=change.id).not_before > clock.real_now()
    press(client, "come-back")
    do_what_is_queued(clock.now())
    change.refresh_from_db()
    assert (change.state, story.account("boreale")["plan"]) == ("done", "forfait_b")


def test_a_difference_between_the_two_sides_is_shown(client: Client, story: PanelControl):
    packages = story.state()["packages"]
    wrong = {"user": "boreale", "plan": "forfait_c", "domain": boreale.FOUNDING_LABEL}
    story.seed(packages, [wrong], overwrite=True)
    shown = page(client)
    assert "Différent" in shown
    assert "forfait_c" in shown


@pytest.mark.parametrize(("act", "found"), [("change-there", "plan"), ("suspend-there", "suspended")])
def test_what_somebody_does_behind_our_back_is_found_by_comparing(
    client: Client, story: PanelControl, act, found
):
    used = story.account("boreale")["usage"]
    assert "Comparer maintenant" in press(client, act)
    assert "Différent" in page(client)
    for one in Service.objects.filter(ended_at=None):
        reconcile(one.customer_id, one.subscription_id, house=house(), at=clock.now(), fresh=timedelta(0))
    assert [drift.kind for drift in Drift.objects.filter(ended_at=None)] == [found]
    assert story.account("boreale")["usage"] == used


@pytest.mark.parametrize("act", CARD)
def test_the_card_reports_its_next_payment_as_asked(client: Client, story, card_machine: Machine, act):
    press(client, act)
    delivery = card_control(card_machine).state()["delivery"]
    assert (delivery["delivery"], delivery["calls"]) == (CARD[act].mode, 1)


@pytest.mark.parametrize(("act", "days"), [("one-day", 1), ("thirty-days", 30)])
def test_time_is_asked_to_pass_and_the_page_says_until_when(client: Client, story, act, days):
    shown = press(client, act)
    assert clock.heading_for() - clock.now() > timedelta(days=days - 1)
    assert "Les jours passent" in shown
    assert TIME[act].how == {"days": days}


def test_everyone_pays_what_they_owe_and_the_books_balance(client: Client, story):
    owing = [customer for customer in Customer.objects.all() if open_invoices_of(customer.id).exists()]
    assert {customer.name for customer in owing} >= {cast.GARAGE.name, cast.LIBRAIRIE.name}
    assert "Tout ce qui était dû est payé." in press(client, "pay-everything")
    do_what_is_queued(clock.now())
    assert not any(open_invoices_of(customer.id).exists() for customer in owing)
    assert violations() == []
    assert "Personne ne doit rien." in press(client, "pay-everything")


def fill(client: Client, gigabytes: str, account: str = boreale.FOUNDING_ACCOUNT) -> str:
    form = {"account": account, "gigabytes": gigabytes}
    return client.post(reverse("demo:fill_disk"), form, follow=True).text


@pytest.mark.parametrize(("written", "megabytes"), [("12,4", 12_698), ("9.9", 10_138), ("0", 0)])
def test_the_disk_is_filled_and_read_at_once(client: Client, story: PanelControl, written, megabytes):
    assert "Palier l’a lu" in fill(client, written)
    assert story.account("boreale")["usage"]["disk"] == megabytes
    service = across_customers_service("boreale")
    assert service.usage["disk"]["amount"] == megabytes


@pytest.mark.parametrize("written", ["", "beaucoup", "-1", "501", "nan", "inf"])
def test_nonsense_fills_nothing(client: Client, story: PanelControl, written):
    before = story.account("boreale")["usage"]
    assert "gigaoctets" in fill(client, written)
    assert story.account("boreale")["usage"] == before


def test_an_account_that_does_not_exist_is_told(client: Client, story):
    assert "Ce compte n’existe pas." in fill(client, "5", account="nobody")


def test_a_level_that_became_too_small_is_refused(client: Client, story):
    from palier.people.queries import provider
    from palier.plan_changes.facts import situation
    from palier.plan_changes.offer import offer
    from palier.subscriptions.bill_period import House

    fill(client, "30", account=boreale.AGENCY_ACCOUNT)
    agency = Subscription.objects.get(label=boreale.AGENCY_LABEL)
    found = situation(agency.customer_id, agency.id, clock.now(), house=House(snapshot.current(), provider()))
    quote = offer(found, Configuration("web-b", BillingCycle("monthly"))).quote
    assert "disk" in [obstacle.resource for obstacle in quote.obstacles]


def test_a_scenario_that_does_not_exist_is_not_found(client: Client):
    assert client.post(reverse("demo:play", args=["explode"])).status_code == 404


def test_looking_presses_nothing(client: Client):
    assert client.get(reverse("demo:play", args=["lie"])).status_code == 405


def test_a_machine_that_does_not_run_is_told_in_words(client: Client, built, monkeypatch, settings):
    monkeypatch.setenv("PALIER_DEMO_PANEL_URL", "http://127.0.0.1:1")
    settings.GATEWAYS = {"demo_card": {"driver": "demo_card", "url": "http://127.0.0.1:1", "secret": "none"}}
    assert "make run" in page(client)
    assert "ne répond pas" in press(client, "lie")
    assert "ne répond pas" in press(client, "calls-twice")


def test_starting_again_wants_a_tick(client: Client, built, monkeypatch):
    monkeypatch.setattr("palier.entrypoints.demo.views.scenarios.rebuild", lambda: pytest.fail("rebuilt"))
    answer = client.post(reverse("demo:start_again"), {}, follow=True)
    assert "Cochez la case" in answer.text


def test_starting_again_builds_the_world_and_signs_everyone_out(client: Client, built, monkeypatch):
    rebuilt = []
    monkeypatch.setattr("palier.entrypoints.demo.views.scenarios.rebuild", lambda: rebuilt.append(1))
    client.force_login(User.objects.get(email=cast.ALICE.email))
    answer = client.post(reverse("demo:start_again"), {"sure": "yes"})
    assert (rebuilt, answer.url) == ([1], reverse("demo:welcome"))
    assert "_auth_user_id" not in client.session
