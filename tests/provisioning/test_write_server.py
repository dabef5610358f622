"""Servers that are added and changed by hand: what is secret is sealed, and goes nowhere else."""

import time
from datetime import UTC, datetime
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction

from palier.events.models import Event
from palier.events.record import SYSTEM, Actor
from palier.people.seal import unsealed
from palier.provisioning.models import Server
from palier.provisioning.write_server import NotAccepted, Written, add_server, change_server, drafted

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
URL = "https://web9.example:2087"
TOKEN = "t0ken-of-web9"


def said(**more: Any) -> Written:
    told: dict[str, Any] = {
        "name": "Web 9",
        "url": URL,
        "settings": {"user": "root"},
        "secrets": {"token": TOKEN},
    }
    return Written(**{**told, **more})


@pytest.fixture
def server() -> Server:
    draft = drafted("web9", "cpanel", said(), "fr")
    add_server(draft, by=SYSTEM, at=AT)
    return Server.objects.get(code="web9")


def test_a_server_is_kept_with_its_secret_sealed(server: Server) -> None:
    assert (server.by_hand, server.names, server.options) == (True, {"fr": "Web 9"}, {"user": "root"})
    assert unsealed(server.sealed["token"]) == TOKEN and TOKEN not in str(server.sealed)
    event = Event.objects.get(kind="server.added")
    assert event.facts == {"code": "web9", "driver": "cpanel"}


@pytest.mark.parametrize(
    ("code", "driver", "more", "place", "why"),
    [
        ("Web 9", "cpanel", {}, "code", "code_shape"),
        ("web9", "unheard", {}, "driver", "driver_unknown"),
        ("web9", "cpanel", {"url": "panel.example"}, "url", "url_shape"),
        ("web9", "cpanel", {"url": "https://root:secret@panel.example"}, "url", "url_shape"),
        ("web9", "cpanel", {"url": ""}, "url", "lacks"),
        ("web9", "cpanel", {"secrets": {}}, "settings", "lacks"),
        ("web9", "cpanel", {"settings": {"user": "root", "token": "x"}}, "settings", "is_secret"),
        ("web9", "cpanel", {"settings": {"user": "${PALIER_KEYS}"}}, "settings", "no_reference"),
        ("web9", "cpanel", {"url": "https://evil.example/${PALIER_KEYS}"}, "url", "no_reference"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_place(
    code: str, driver: str, more: dict[str, Any], place: str, why: str
) -> None:
    with pytest.raises(NotAccepted) as refused:
        drafted(code, driver, said(**more), "fr")
    assert (refused.value.place, refused.value.code) == (place, why)
    assert TOKEN not in str(refused.value) and "secret" not in refused.value.named


def test_who_can_read_the_environment_may_name_its_variables() -> None:
    draft = drafted(
        "web9", "cpanel", said(settings={"user": "root", "token": "${T}"}, secrets={}, may_refer=True), "fr"
    )
    assert (draft.credentials, draft.sealed) == ({"token": "${T}"}, {})


def test_a_code_is_nobody_elses(server: Server) -> None:
    with pytest.raises(NotAccepted, match="code_taken"):
        drafted("web9", "cpanel", said(), "fr")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_add_a_code_at_the_same_moment_the_second_is_told() -> None:
    first, second = (drafted("web9", "cpanel", said(), "fr") for _ in range(2))
    refused: list[NotAccepted] = []

    def add_second() -> None:
        try:
            add_server(second, by=SYSTEM, at=AT)
        except NotAccepted as error:
            refused.append(error)
        finally:
            connection.close()

    thread = Thread(target=add_second)
    with transaction.atomic():
        add_server(first, by=SYSTEM, at=AT)
        thread.start()
        time.sleep(0.5)  # it has looked, and waits for this to end
    thread.join()
    assert [error.code for error in refused] == ["code_taken"]
    assert Server.objects.get(code="web9").id == first.id


def test_a_secret_that_is_not_said_again_stays(server: Server) -> None:
    assert change_server(server, said(name="Web neuf", secrets={}), "fr", by=Actor("staff"), at=AT)
    server.refresh_from_db()
    assert unsealed(server.sealed["token"]) == TOKEN and server.names == {"fr": "Web neuf"}
    assert not change_server(server, said(name="Web neuf", secrets={}), "fr", by=Actor("staff"), at=AT)
    assert Event.objects.filter(kind="server.changed").count() == 1


def test_a_new_secret_takes_the_place_of_the_old_one_and_only_its_name_is_told(server: Server) -> None:
    change_server(server, said(secrets={"token": "another"}), "fr", by=Actor("staff"), at=AT)
    server.refresh_from_db()
    assert unsealed(server.sealed["token"]) == "another"
    assert Event.objects.get(kind="server.changed").facts["secrets"] == ["token"]


def test_the_secrets_of_a_machine_are_not_sent_to_another_one(server: Server) -> None:
    elsewhere = "https://evil.example:2087"
    with pytest.raises(NotAccepted, match="secrets_again"):
        change_server(server, said(url=elsewhere, secrets={}), "fr", by=Actor("staff"), at=AT)
    server.refresh_from_db()
    assert server.url == URL
    assert change_server(server, said(url=elsewhere), "fr", by=Actor("staff"), at=AT)


def test_what_the_catalogue_file_declares_is_changed_there(server: Server) -> None:
    Server.objects.update(by_hand=False)
    with pytest.raises(NotAccepted, match="in_the_file"):
        change_server(server, said(), "fr", by=Actor("staff"), at=AT)
