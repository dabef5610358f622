"""Theme and language: chosen without script, kept, and back to the page where one was."""

import pytest
from django.test import Client

from palier.people.models import User


def test_a_theme_is_kept_in_a_cookie_and_shown() -> None:
    client = Client()
    answer = client.post("/-/theme/", {"theme": "dark", "next": "/-/gallery/product/?a=1"})
    assert (answer.status_code, answer["Location"]) == (302, "/-/gallery/product/?a=1")
    assert 'data-theme="dark"' in client.get("/-/gallery/product/").content.decode()


def test_the_automatic_theme_says_nothing_and_follows_the_system() -> None:
    client = Client()
    client.post("/-/theme/", {"theme": "dark"})
    client.post("/-/theme/", {"theme": "auto"})
    assert "data-theme" not in client.get("/-/gallery/product/").content.decode()


@pytest.mark.parametrize(
    "address", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"]
)
def test_a_choice_never_leads_elsewhere(address: str) -> None:
    answer = Client().post("/-/theme/", {"theme": "dark", "next": address})
    assert answer["Location"] == "/"


def test_an_unknown_theme_changes_nothing() -> None:
    assert not Client().post("/-/theme/", {"theme": "sepia"}).cookies


@pytest.mark.django_db
@pytest.mark.parametrize("choice", ["theme", "language"])
def test_a_choice_is_a_post(choice: str) -> None:
    assert Client().get(f"/-/{choice}/").status_code == 405
    assert Client(enforce_csrf_checks=True).post(f"/-/{choice}/").status_code == 403


def test_before_sign_in_the_browser_is_heard_and_then_the_choice() -> None:
    client = Client(headers={"accept-language": "en-CA,en;q=0.9"})
    assert '<html lang="en-CA"' in client.get("/-/gallery/sign-in/").content.decode()
    client.post("/-/language/", {"language": "fr"})
    assert '<html lang="fr-CA"' in client.get("/-/gallery/sign-in/").content.decode()


def test_without_any_preference_the_language_is_that_of_the_provider() -> None:
    assert '<html lang="fr-CA"' in Client().get("/-/gallery/sign-in/").content.decode()


@pytest.mark.django_db
def test_the_choice_of_a_signed_in_person_is_recorded_and_goes_before_the_browser() -> None:
    alice = User.objects.create_user("alice@ateliers-boreale.example", "secret words", name="Alice")
    client = Client(headers={"accept-language": "fr"})
    client.force_login(alice)
    client.post("/-/language/", {"language": "en"})
    alice.refresh_from_db()
    assert alice.language == "en"
    elsewhere = Client(headers={"accept-language": "fr"})
    elsewhere.force_login(alice)
    assert '<html lang="en-CA"' in elsewhere.get("/compte/password/change/").content.decode()


@pytest.mark.django_db
def test_a_signed_in_person_without_a_choice_reads_the_language_of_the_provider() -> None:
    alice = User.objects.create_user("alice@ateliers-boreale.example", "secret words", name="Alice")
    client = Client(headers={"accept-language": "en"})
    client.force_login(alice)
    assert '<html lang="fr-CA"' in client.get("/compte/password/change/").content.decode()
