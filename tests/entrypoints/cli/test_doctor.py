"""`palier doctor`: the exit status says what the table says."""

import pytest
from django.db import DatabaseError, connection

from palier.entrypoints.cli import diagnosis
from palier.entrypoints.cli.diagnosis import Finding, Health
from palier.entrypoints.cli.main import main
from palier.provisioning.models import Server

pytestmark = pytest.mark.django_db


def stand_in(monkeypatch, *findings):
    monkeypatch.setattr("palier.entrypoints.cli.doctor.examinations", lambda: [lambda: list(findings)])


@pytest.mark.parametrize(("health", "status"), [(Health.GOOD, 0), (Health.ODD, 0), (Health.BAD, 1)])
def test_the_exit_status_is_1_only_when_something_is_bad(monkeypatch, capsys, health, status):
    stand_in(monkeypatch, Finding("mail", health, "as found"))
    assert main(["doctor"]) == status
    assert "as found" in capsys.readouterr().out


def test_the_tests_database_is_good_and_nobody_works_here():
    assert [found.health for found in diagnosis.database() + diagnosis.migrations()] == [
        Health.GOOD,
        Health.GOOD,
    ]
    worker, queue = diagnosis.queue()
    assert (worker.health, queue.health) == (Health.BAD, Health.GOOD)
    assert "palier worker" in worker.words


def test_a_worker_with_a_fresh_heartbeat_is_at_work_and_an_old_one_is_not():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now()), (now() - '1 hour'::interval)"
        )
    assert diagnosis.queue()[0] == Finding("worker", Health.GOOD, "1 at work")


def test_without_a_database_nothing_else_is_asked(monkeypatch):
    def away():
        raise DatabaseError("connection refused")

    monkeypatch.setattr(connection, "ensure_connection", away)
    assert [examine.__name__ for examine in diagnosis.examinations()] == ["address", "keys", "database"]


def test_a_key_file_that_others_can_read_is_bad(settings, tmp_path):
    settings.VAR = tmp_path
    (tmp_path / "keys").write_text("x")
    (tmp_path / "keys").chmod(0o644)
    (found,) = diagnosis.keys()
    assert (found.health, "chmod 600" in found.words) == (Health.BAD, True)
    (tmp_path / "keys").chmod(0o600)
    assert diagnosis.keys()[0].health is Health.GOOD


def test_a_mail_server_that_does_not_answer_is_bad(settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    (found,) = diagnosis.mail()
    assert found.health is Health.BAD
    assert "127.0.0.1:1 does not answer" in found.words


def test_a_gateway_that_does_not_answer_is_bad(settings):
    settings.GATEWAYS = {
        "demo_card": {"driver": "demo_card", "url": "http://127.0.0.1:1", "secret": "hidden"}
    }
    (found,) = diagnosis.gateways()
    assert found.health is Health.BAD
    assert "hidden" not in found.words


@pytest.mark.parametrize(
    ("driver", "url", "credentials", "health", "words"),
    [
        ("manual", "", {}, Health.GOOD, "nothing to reach"),
        ("cpanel", "http://127.0.0.1:1", {"user": "root", "token": "t0ken"}, Health.BAD, "cpanel: "),
        ("cpanel", "${NO_SUCH_ADDRESS}", {"user": "root", "token": "t0ken"}, Health.BAD, "NO_SUCH_ADDRESS"),
        ("unheard_of", "", {}, Health.BAD, "not installed"),
    ],
)
def test_each_server_is_reached_through_its_driver(driver, url, credentials, health, words):
    Server.objects.create(code="s1", names={"en": "One"}, driver=driver, url=url, credentials=credentials)
    (found,) = diagnosis.servers()
    assert (found.what, found.health) == ("server s1", health)
    assert words in found.words
    assert "t0ken" not in found.words


@pytest.mark.parametrize(
    ("base_url", "demo", "health"),
    [
        ("http://127.0.0.1:8000", True, Health.GOOD),
        ("http://clients.example", False, Health.ODD),
        ("https://clients.example", False, Health.GOOD),
    ],
)
def test_clients_should_come_by_https(settings, base_url, demo, health):
    settings.BASE_URL, settings.DEMO = base_url, demo
    assert diagnosis.address()[0].health is health
