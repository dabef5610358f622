"""The pages of signing in and the pages of errors are ours, in both languages."""

import pytest
from django.core.mail import EmailMessage
from django.test import Client, override_settings

from palier.people.models import User

ENTRANCES = ["/compte/login/", "/compte/password/reset/", "/compte/password/reset/done/", "/compte/inactive/"]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("address", ENTRANCES)
def test_an_entrance_has_our_look_and_its_language(address: str, language: str) -> None:
    html = Client(headers={"accept-language": language}).get(address).content.decode()
    assert f'<html lang="{language}-CA"' in html
    assert 'class="entrance"' in html
    assert "palier.css" in html


def test_signing_in_has_labels_and_says_its_errors_beside_the_fields() -> None:
    html = Client().post("/compte/login/", {"login": "alice", "password": ""}).content.decode()
    assert 'for="id_login"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_login_error"' in html
    assert 'aria-describedby="id_login_error"' in html


def test_a_page_that_does_not_exist_says_so_in_words() -> None:
    answer = Client(headers={"accept-language": "en"}).get("/nowhere/at/all/")
    assert answer.status_code == 404
    assert "This page does not exist" in answer.content.decode()


def test_an_expired_form_says_that_nothing_was_done() -> None:
    answer = Client(enforce_csrf_checks=True, headers={"accept-language": "en"}).post(
        "/-/theme/", {"theme": "dark"}
    )
    assert answer.status_code == 403
    assert "This form had expired" in answer.content.decode()


@override_settings(ROOT_URLCONF="tests.entrypoints.design.broken_urls")
def test_our_own_failure_says_that_nothing_is_lost() -> None:
    client = Client(raise_request_exception=False, headers={"accept-language": "en"})
    answer = client.get("/broken/")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.content.decode()
    assert '<html lang="en' in answer.content.decode()


def test_a_forgotten_password_is_answered_by_mail_in_the_language_of_the_page(
    mailoutbox: list[EmailMessage],
) -> None:
    User.objects.create_user("alice@ateliers-boreale.example", "secret words", name="Alice")
    Client(headers={"accept-language": "fr"}).post(
        "/compte/password/reset/", {"email": "alice@ateliers-boreale.example"}
    )
    (mail,) = mailoutbox
    assert "Choisir un nouveau mot de passe" in mail.subject
    assert "il sert une seule fois" in mail.body
    assert "/compte/password/reset/key/" in mail.body


def test_a_forgotten_password_says_nothing_of_who_has_an_account(mailoutbox: list[EmailMessage]) -> None:
    User.objects.create_user("alice@ateliers-boreale.example", "secret words", name="Alice")
    answers = [
        Client().post("/compte/password/reset/", {"email": f"{name}@ateliers-boreale.example"})
        for name in ("alice", "nobody")
    ]
    assert answers[0].status_code == answers[1].status_code == 302
    assert answers[0]["Location"] == answers[1]["Location"]
    assert len(mailoutbox) == 2
