"""Reading the mail that the demo has caught."""

from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from palier.entrypoints.demo import letters

pytestmark = pytest.mark.django_db
NAME = "01795444200000000000-0001"  # 23 November 2026, 14:30 UTC


def keep(
    directory: Path, name: str = NAME, html: str = "<html><head></head><body>Bonjour</body></html>"
) -> None:
    message = EmailMessage()
    message["From"], message["To"] = "Boréal <palier@localhost>", "alice@ateliers-boreale.example"
    message["Subject"] = "Paiement reçu : 7,25 $"
    message.set_content("Merci, Alice.\nhttp://127.0.0.1:8000/client/")
    if html:
        message.add_alternative(html, subtype="html")
    message["Content-Language"] = "fr-CA"
    (directory / f"{name}.eml").write_bytes(bytes(message))


def test_a_letter_is_read_whole(mail_directory):
    keep(mail_directory)
    (letter,) = letters.letters()
    assert (letter.title, letter.to, letter.language) == (
        "Paiement reçu : 7,25 $",
        "alice@ateliers-boreale.example",
        "fr-CA",
    )
    assert "Merci, Alice." in letter.text
    assert "Bonjour" in letter.html
    assert letter.caught_at == datetime.fromtimestamp(1_795_444_200, UTC)


def test_the_newest_comes_first_and_drafts_are_not_letters(mail_directory):
    for name in (NAME, NAME.replace("0001", "0002"), f".{NAME}", "notes"):
        keep(mail_directory, name)
    assert letters.names() == [NAME.replace("0001", "0002"), NAME]


@pytest.mark.parametrize("name", ["..-..-etc-passwd", "1", "0" * 25, NAME])
def test_what_is_no_letter_is_not_found(client: Client, mail_directory, name):
    assert client.get(f"/demo/mail/{name}/").status_code == 404
    assert client.get(f"/demo/mail/{name}/html/").status_code == 404


def test_the_list_and_the_letter_are_pages(client: Client, mail_directory):
    keep(mail_directory)
    assert "Paiement reçu : 7,25 $" in client.get(reverse("demo:mail")).text
    page = client.get(reverse("demo:letter", args=[NAME]))
    assert "Merci, Alice." in page.text
    assert reverse("demo:letter_html", args=[NAME]) in page.text


def test_a_letter_without_html_has_no_frame(client: Client, mail_directory):
    keep(mail_directory, html="")
    assert "<iframe" not in client.get(reverse("demo:letter", args=[NAME])).text


def test_the_html_of_a_letter_can_do_nothing_and_only_our_page_may_frame_it(client: Client, mail_directory):
    keep(mail_directory, html="<html><head></head><script>steal()</script></html>")
    answer = client.get(reverse("demo:letter_html", args=[NAME]))
    policy = dict(rule.split(" ", 1) for rule in answer["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert "script-src" not in policy
    assert policy["sandbox"] == "allow-top-navigation-by-user-activation"
    assert policy["frame-ancestors"] == "'self'"
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert '<base target="_top">' in answer.text


def test_the_page_of_a_letter_allows_a_frame_from_here_and_nothing_else_more(client: Client, mail_directory):
    keep(mail_directory)
    framed = client.get(reverse("demo:letter", args=[NAME]))["Content-Security-Policy"]
    plain = client.get(reverse("demo:mail"))["Content-Security-Policy"]
    assert set(framed.split("; ")) - set(plain.split("; ")) <= {"frame-src 'self'", "form-action 'self'"}
