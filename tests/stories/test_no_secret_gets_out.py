"""Every secret there is, through every page, act and failure: none is in a log, a page, a mail or a table.

The machines repeat what they are told in their refusals, and an error of our own has a secret in its message.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as configured
from django.core.mail import EmailMessage
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from config.keys import at_hand
from palier.billing.models import Invoice, PaymentMethod
from palier.entrypoints.cli.main import main
from palier.entrypoints.client_area.views import services as services_view
from palier.entrypoints.demo.card_control import CardControl
from palier.people.seal import sealed, unsealed
from palier.provisioning.models import Server
from palier.subscriptions.models import Subscription
from tests.logged import Lines, logged
from tests.machines import CARD_SECRET, PANEL_TOKEN
from tests.pages import field as field_of
from tests.parrot import running_parrot
from tests.world import World, point_at

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
MISTYPED = "correct-horse-batteries-9"
NEW_PASSWORD = "Panel-words-of-Alice-31"
REFUSED_PASSWORD = "Another-try-of-Alice-47"
SAVED_CARD = "card-token-of-alice-5512"
KEPT_TOKEN = "token-of-a-server-that-we-keep-6604"
IN_AN_ERROR = "postgres-words-8841"
#: What says something of servers, or writes what we have for another program.
COMMANDS = (
    "server check",
    "server check --json",
    "server plans",
    "doctor",
    "secrets rotate",
    "books export --format csv --names",
)


@dataclass
class Reader:
    """A browser that follows every link, and keeps all that it read."""

    client: Client
    read: dict[str, str] = field(default_factory=dict)

    def crawl(self, start: str) -> None:
        """Every page that links lead to, from here on."""
        seen, to_see = set[str](), [start]
        while to_see:
            address = to_see.pop()
            answer = self.keep(self.client.get(address))
            found = re.findall(r'(?:href|src)="(/[^"#]*)"', answer.content.decode(errors="replace"))
            fresh = {unescape(link) for link in found} - seen
            to_see += sorted(link for link in fresh if not link.startswith(("/static/", "/compte/logout")))
            seen |= fresh

    def post(self, address: str, **said: str) -> Any:
        return self.keep(self.client.post(address, said))

    def keep(self, answer: Any) -> Any:
        """The answer; its words and headers are kept, but where it sends one is for one's browser alone."""
        headers = {name: value for name, value in answer.headers.items() if name not in ("Location",)}
        if answer.streaming:
            answer = HttpResponse(b"".join(answer.streaming_content), headers=headers)
            answer.request = {"PATH_INFO": "a file"}
        said = answer.content.decode(errors="replace")  # PDFs are no text
        self.read[f"{len(self.read)} {answer.request['PATH_INFO']}"] = f"{headers} {said}"
        return answer


@pytest.fixture
def lines() -> Iterator[Lines]:
    with logged() as lines:
        yield lines


def test_no_secret_is_in_a_log_a_page_a_mail_or_a_table(
    world: World, card: CardControl, lines: Lines, mailoutbox: list[EmailMessage], settings: Any, monkeypatch: Any,
    capsys: Any,
) -> None:  # fmt: skip
    subscription = world.subscribe()
    world.subscribe("web-b", account="second", label="second.example", paid=False)
    card.keep_method(SAVED_CARD)
    method = PaymentMethod.objects.create(
        customer=world.boreale, gateway="demo_card", label="Visa •••• 4242", token=sealed(SAVED_CARD)
    )
    alice, dana, stranger = (Reader(Client(raise_request_exception=False)) for _ in range(3))
    sessions = sign_in(alice, dana)
    reset, reset_key = forget_password(stranger, mailoutbox)
    shown_once = {reset_key, *walk(world, alice, subscription, method)}
    meet_parrots(world, alice, dana, subscription, method, settings)
    said = keep_a_server(dana, capsys)
    fail(alice, monkeypatch)

    secrets = {PASSWORD, MISTYPED, NEW_PASSWORD, REFUSED_PASSWORD, *shown_once}
    secrets |= {PANEL_TOKEN, CARD_SECRET, SAVED_CARD, IN_AN_ERROR, KEPT_TOKEN}
    secrets |= {configured.SECRET_KEY, *at_hand(configured.VAR)}
    logs = json.dumps(lines(), ensure_ascii=False)
    pages = "\n".join(page for reader in (alice, dana, stranger) for page in reader.read.values())
    mails = "\n".join(str(mail.message()) for mail in mailoutbox if mail is not reset)
    assert "refused" in logs and len(alice.read) > 25 and len(dana.read) > 10 and mails
    for where, words, hidden in (
        ("a log", logs, secrets | sessions),
        ("a page", pages, secrets | sessions),
        ("a mail", mails, secrets | sessions),
        ("a command or an export", said, secrets | sessions),
        ("a table", everything_in_the_database(), secrets),
    ):
        found = {secret for secret in hidden if str(secret) in words}
        assert not found, f"{where} says {found}"
    assert "gAAAA" not in logs + pages + mails + said


def sign_in(alice: Reader, dana: Reader) -> set[str]:
    """Mistyped, then right; the keys of the sessions."""
    alice.post("/compte/login/", login="alice@example.com", password=MISTYPED)
    alice.post("/compte/login/", login="alice@example.com", password=PASSWORD)
    dana.post("/compte/login/", login="dana@example.com", password=PASSWORD)
    return {reader.client.cookies["palier_session"].value for reader in (alice, dana)}


def forget_password(stranger: Reader, mailoutbox: list[EmailMessage]) -> tuple[EmailMessage, str]:
    """The one mail that must hold the key, and the key."""
    stranger.post("/compte/password/reset/", email="bob@example.com")
    (reset,) = [mail for mail in mailoutbox if "/compte/password/reset/key/" in mail.body]
    link = re.search(r"/compte/password/reset/key/[^\s-]+-(\S+)/", str(reset.body))
    assert link
    stranger.client.get(link[0], follow=True)
    return reset, link[1]


def walk(world: World, alice: Reader, subscription: Subscription, method: PaymentMethod) -> set[str]:
    """A change paid by the saved card, the panel without a password, new passwords; what is shown once only."""
    service = f"/client/services/{subscription.id}/"
    check = alice.keep(alice.client.get(f"{service}change/check/", {"plan": "web-b"}))
    said = {"token": field_of(check, "token"), "key": field_of(check, "key"), "method": str(method.id)}
    assert alice.post(f"{service}change/accept/", **said).status_code == 303
    world.drain()
    entrance = alice.post(f"{service}panel/").headers["Location"]
    assert urlsplit(entrance).netloc == urlsplit(world.panel.url).netloc
    one_time = max(re.findall(r"[\w-]{8,}", urlsplit(entrance).query), key=len)
    answer = alice.post(f"{service}password/", password=NEW_PASSWORD, again=NEW_PASSWORD)
    assert answer.status_code == 303
    assert world.panel.account("boreale")["passwords_set"] == 1
    made = alice.client.post(f"{service}password/", {"act": "generate"}).content.decode()
    (generated,) = set(re.findall(r"\b\w{5}(?:-\w{5}){3}\b", made))
    return {one_time, generated}


def meet_parrots(
    world: World, alice: Reader, dana: Reader, subscription: Subscription, method: PaymentMethod, settings: Any
) -> None:  # fmt: skip
    """A forged report, then every act on machines that repeat what they are told; and every page meanwhile."""
    service = f"/client/services/{subscription.id}/"
    callback = {"content_type": "application/json", "headers": {"palier-signature": "f" * 64}}
    assert alice.client.post("/gateways/demo_card/callback/", data="{}", **callback).status_code in (400, 404)
    with running_parrot() as panel, running_parrot(status=402) as gateway:
        point_at(panel, PANEL_TOKEN)
        settings.GATEWAYS = {"demo_card": {"driver": "demo_card", "url": gateway, "secret": CARD_SECRET}}
        refused = alice.post(f"{service}password/", password=REFUSED_PASSWORD, again=REFUSED_PASSWORD)
        assert refused.status_code == 422
        assert alice.post(f"{service}panel/").headers["Location"] == service
        down = world.offer(subscription, "web-a", at_renewal=False)
        alice.post(f"{service}change/accept/", token=down.token, key="a-key-of-this-page-1")
        world.work_until_done()
        invoice = Invoice.objects.filter(customer=world.boreale, subject_kind="period").latest("id")
        alice.post(f"/client/invoices/{invoice.id}/pay/", method=str(method.id))
        alice.post(f"/client/invoices/{invoice.id}/pay/", method="demo_card")
        world.drain()
        alice.crawl("/client/")
        dana.crawl("/equipe/")


def keep_a_server(dana: Reader, capsys: Any) -> str:
    """Added at the desk with a secret to keep, on a machine that repeats it; looked at by every page and command."""
    with running_parrot() as url:
        written = {
            "code": "web-9",
            "name": "Web 9",
            "url": url,
            "set_user": "root",
            "secret_token": KEPT_TOKEN,
        }
        assert dana.post("/equipe/serveurs/ajouter/?driver=cpanel", **written).status_code == 302
        assert unsealed(Server.objects.get(code="web-9").sealed["token"]) == KEPT_TOKEN
        dana.post("/equipe/serveur/web-9/modifier/", **{**written, "url": "nowhere"})
        dana.post("/equipe/serveur/web-9/verifier/")
        dana.crawl("/equipe/")
        capsys.readouterr()
        for typed in COMMANDS:
            main(typed.split())
    said = capsys.readouterr()
    assert "[hidden]" in said.out and "web-9" in said.out
    return str(said.out + said.err)


def fail(alice: Reader, monkeypatch: Any) -> None:
    """An error of our own, with secrets in its words."""

    def broken(*_: object) -> None:
        raise RuntimeError(f"cannot reach postgresql://palier:{IN_AN_ERROR}@db/palier as {PANEL_TOKEN=}")

    monkeypatch.setattr(services_view, "services_page", broken)
    assert alice.keep(alice.client.get("/client/services/")).status_code == 500


def everything_in_the_database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        rows = []
        for table in tables:
            cursor.execute(f'SELECT row::text FROM "{table}" row')
            rows += [row for (row,) in cursor.fetchall()]
    assert len(tables) > 30
    return "\n".join(rows)
