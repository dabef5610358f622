"""/-/health, /-/ready and /-/metrics."""

import pytest
from django.db import OperationalError

from config import probes


def test_health_needs_neither_database_nor_a_known_host_name(client):
    response = client.get("/-/health", headers={"host": "10.1.2.3"})
    assert (response.status_code, response.json()) == (200, {"status": "up"})


@pytest.mark.django_db
def test_ready_when_the_database_answers_and_is_migrated(client, monkeypatch):
    monkeypatch.setattr(probes, "_migrated", False)
    response = client.get("/-/ready")
    assert (response.status_code, response.json()) == (200, {"status": "ready"})


def test_not_ready_while_the_database_is_away(client, monkeypatch):
    def away():
        raise OperationalError

    monkeypatch.setattr(probes, "waiting_migrations", away)
    response = client.get("/-/ready")
    assert (response.status_code, response.json()["database"]) == (503, "unreachable")


def test_not_ready_while_migrations_wait(client, monkeypatch):
    monkeypatch.setattr(probes, "waiting_migrations", lambda: ["billing.0002_more"])
    response = client.get("/-/ready")
    assert (response.status_code, response.json()["migrations_waiting"]) == (503, 1)


@pytest.mark.django_db
def test_metrics_count_requests_by_route_and_show_the_queue(client):
    client.get("/no-such-page/")
    text = client.get("/-/metrics").content.decode()
    assert 'palier_requests_total{method="GET",route="(none)",status="404"}' in text
    assert "palier_workers 0.0" in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"x-forwarded-for": "203.0.113.9"}, 404),
        ({"x-forwarded-for": "203.0.113.9", "authorization": "Bearer wrong"}, 404),
        ({"x-forwarded-for": "203.0.113.9", "authorization": "Bearer right"}, 200),
    ],
)
def test_metrics_are_for_this_machine_or_who_has_the_token(client, settings, headers, status):
    settings.METRICS_TOKEN = "right"
    assert client.get("/-/metrics", headers=headers).status_code == status


def test_metrics_are_not_there_for_another_machine_without_a_token(client, settings):
    settings.METRICS_TOKEN = ""
    headers = {"authorization": "Bearer "}
    assert client.get("/-/metrics", headers=headers, REMOTE_ADDR="203.0.113.9").status_code == 404
