"""The welcome page, and coming in without a password: in the demo, and only there."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from palier.entrypoints.demo.world import boreale, cast
from palier.people.models import User
from palier.subscriptions.models import Subscription

pytestmark = pytest.mark.django_db


def enter(client: Client, door: str, **form: str):
    return client.post(reverse("demo:enter"), {"door": door, **form})


def founding() -> Subscription:
    return Subscription.objects.get(label=boreale.FOUNDING_LABEL, plan_id="web-a")


def test_it_opens_in_french_whatever_the_browser_speaks(client: Client):
    page = client.get("/", headers={"accept-language": "en-US,en;q=0.9"})
    assert 'lang="fr-CA"' in page.text
    assert "Entrer comme cliente" in page.text


def test_it_speaks_english_to_whoever_asks(client: Client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "Enter as the client" in client.get("/").text


def test_one_click_leads_alice_to_the_founding_page(client: Client, built):
    answer = enter(client, "alice")
    assert answer.url == reverse("client_area:product", args=[founding().id])
    assert client.session["_auth_user_id"] == str(User.objects.get(email=cast.ALICE.email).id)
    page = client.get(answer.url)
    assert page.status_code == 200
    assert "Mise à niveau" in page.text


def test_one_click_leads_dana_to_the_queue(client: Client, built):
    answer = enter(client, "dana")
    assert answer.url == reverse("staff_desk:queue")
    assert cast.COOP.name in client.get(answer.url).text


@pytest.mark.parametrize(
    ("place", "view", "label"),
    [
        ("shop_levels", "choose", boreale.SHOP_LABEL),
        ("agency_levels", "choose", boreale.AGENCY_LABEL),
        ("founding_levels", "choose", boreale.FOUNDING_LABEL),
    ],
)
def test_a_step_of_the_visit_leads_where_it_happens(client: Client, built, place, view, label):
    answer = enter(client, "alice", place=place)
    subscription = Subscription.objects.filter(label=label).exclude(plan_id="ssl-dv").get()
    assert answer.url == reverse(f"client_area:{view}", args=[subscription.id])
    assert client.get(answer.url).status_code == 200


def test_the_shop_reads_that_12_4_gigabytes_do_not_fit_10(client: Client, built):
    page = client.get(enter(client, "alice", place="shop_levels").url).text.replace("\u00a0", " ")
    assert "12,4 Go" in page


def test_bob_lands_on_the_same_page_and_charlie_on_his_own(client: Client, built):
    assert enter(client, "bob").url == reverse("client_area:product", args=[founding().id])
    assert enter(client, "charlie").url == reverse("client_area:dashboard")


def test_the_language_of_the_door_is_that_of_the_house(client: Client, built):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(enter(client, "alice").url)
    assert 'lang="en-CA"' in page.text


def test_whoever_is_in_is_led_on_from_the_front_page_and_may_still_see_the_welcome(client: Client, built):
    enter(client, "dana")
    assert client.get("/").url == reverse("staff_desk:queue")
    assert cast.DANA.name in client.get(reverse("demo:welcome")).text


def test_without_a_world_the_doors_say_so(client: Client, built):
    User.objects.update(is_active=False)
    answer = client.post(reverse("demo:enter"), {"door": "alice"}, follow=True)
    assert "palier demo" in answer.text
    assert "_auth_user_id" not in client.session


def test_a_door_that_does_not_exist_is_not_found(client: Client):
    assert enter(client, "mallory").status_code == 404


def test_nobody_comes_in_by_following_a_link_or_by_a_forged_form(built):
    browser = Client(enforce_csrf_checks=True)
    assert browser.get(reverse("demo:enter")).status_code == 405
    assert enter(browser, "dana").status_code == 403


ADDRESSES = [
    ("get", "demo:welcome", []),
    ("post", "demo:enter", []),
    ("get", "demo:scenarios", []),
    ("post", "demo:play", ["lie"]),
    ("post", "demo:fill_disk", []),
    ("post", "demo:start_again", []),
    ("get", "demo:mail", []),
    ("get", "demo:letter", ["1"]),
    ("get", "demo:letter_html", ["1"]),
]


@pytest.mark.parametrize(("method", "view", "arguments"), ADDRESSES)
def test_every_view_is_locked_outside_the_demo(client: Client, settings, method, view, arguments):
    settings.DEMO = False
    address = reverse(view, args=arguments)
    assert getattr(client, method)(address, {"door": "dana"}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_outside_the_demo_none_of_its_addresses_exists():
    code = (
        "import django; django.setup()\n"
        "from django.urls import Resolver404, resolve\n"
        "for address in ('/demo/', '/demo/enter/', '/demo/scenarios/', '/demo/scenarios/lie/', '/demo/mail/'):\n"
        "    try: resolve(address)\n"
        "    except Resolver404: continue\n"
        "    raise SystemExit(address)\n"
        "print(resolve('/').view_name)"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "PALIER_DEMO": "0"}
    environment |= {"PALIER_SECRET_KEY": "tests-only", "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip() == "client_area:home"
