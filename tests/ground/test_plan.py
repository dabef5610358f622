"""What a run starts, and what it tells its processes and the commands typed beside it."""

import json
import time

import pytest

from config import environment
from config.supervisor import plan, readiness
from config.supervisor.child import QUICK, Child


@pytest.fixture
def clean_environment(monkeypatch):
    """As if nobody had set anything, and no run had told anything."""
    for name in ("PALIER_BASE_URL", "PALIER_EMAIL_HOST", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(environment, "_told_by_run", set())
    return monkeypatch


def test_the_demo_has_three_machines_whose_addresses_everyone_is_told(clean_environment, settings):
    settings.DEMO = True
    made = plan.make("127.0.0.1", 18600)
    assert [child.name for child in made.machines] == ["panel", "card", "mail"]
    assert [child.name for child in made.workers] == ["worker", "web"]
    for child in (*made.machines, *made.workers):
        assert made.told.items() <= child.environment.items()
    ports = {made.told[name].rpartition(":")[2] for name in ("PALIER_BASE_URL", "PALIER_DEMO_PANEL_URL")}
    assert len(ports) == 2


def test_secrets_of_the_demos_machines_stay_the_same_from_run_to_run_but_not_elsewhere(
    clean_environment, settings
):
    settings.DEMO = True
    tokens = [plan.make("127.0.0.1", 18600).told["PALIER_DEMO_PANEL_TOKEN"] for _ in range(2)]
    settings.SECRET_KEY = "another installation"
    assert tokens[0] == tokens[1] != plan.make("127.0.0.1", 18600).told["PALIER_DEMO_PANEL_TOKEN"]


def test_a_mail_server_that_somebody_has_named_is_used(clean_environment, settings):
    settings.DEMO = True
    clean_environment.setenv("PALIER_EMAIL_HOST", "smtp.example")
    made = plan.make("127.0.0.1", 18600)
    assert [child.name for child in made.machines] == ["panel", "card"]
    assert "PALIER_EMAIL_HOST" not in made.told


def test_outside_the_demo_only_web_and_worker_are_started(clean_environment, settings):
    settings.DEMO = False
    made = plan.make("127.0.0.1", 18600)
    assert made.machines == ()
    assert made.told == {"PALIER_DEMO": "0", "PALIER_BASE_URL": made.address}


def test_a_command_beside_the_run_hears_what_it_chose_but_the_environment_comes_first(
    clean_environment, tmp_path
):
    clean_environment.setenv("PALIER_BASE_URL", "https://mine.example")
    clean_environment.setenv("PALIER_EMAIL_PORT", "to be restored")
    clean_environment.delenv("PALIER_EMAIL_PORT")
    told = {"PALIER_BASE_URL": "http://127.0.0.1:8001", "PALIER_EMAIL_PORT": "8025"}
    (tmp_path / "run.json").write_text(json.dumps({"database_url": "", "told": told}))
    environment.listen_to_run(tmp_path)
    assert environment.text("PALIER_BASE_URL") == "https://mine.example"
    assert environment.number("PALIER_EMAIL_PORT", 25) == 8025
    assert (environment.given("PALIER_EMAIL_PORT"), environment.given("PALIER_BASE_URL")) == (
        "", "https://mine.example",
    )  # fmt: skip


def test_a_run_on_another_database_is_not_listened_to(clean_environment, tmp_path):
    told = {"PALIER_EMAIL_HOST": "127.0.0.1"}
    (tmp_path / "run.json").write_text(json.dumps({"database_url": "postgresql://other/db", "told": told}))
    environment.listen_to_run(tmp_path)
    assert environment.text("PALIER_EMAIL_HOST", "default") == "default"


def test_a_flag_that_is_neither_yes_nor_no_is_refused(monkeypatch):
    monkeypatch.setenv("PALIER_DEBUG", "perhaps")
    with pytest.raises(environment.ImproperlyConfigured, match="write 1 or 0"):
        environment.flag("PALIER_DEBUG")


def test_a_process_that_keeps_ending_is_started_again_more_and_more_slowly(tmp_path):
    child = Child("web", ["/bin/false"], {}, tmp_path / "web.log")
    waits = []
    for _ in range(7):
        child.start()
        child.process.wait()
        assert child.forget() == "ended with status 1"
        waits.append(round(max(0.0, child.start_again_at - time.monotonic())))
    assert waits == [0, 2, 4, 8, 16, 30, 30]
    child.start()
    child.started_at -= QUICK + 1
    child.process.wait()
    child.forget()
    assert child.is_due


def test_what_is_prepared_must_be_prepared_again_when_a_migration_is_added(tmp_path, settings):
    settings.ROOT, settings.VAR, settings.DATABASE_URL = tmp_path, tmp_path, ""
    room = tmp_path / "palier" / "billing" / "migrations"
    room.mkdir(parents=True)
    readiness.note_prepared()
    assert readiness.is_prepared()
    (room / "0002_more.py").write_text("")
    assert not readiness.is_prepared()


def test_somebody_elses_database_is_looked_at_at_each_start(tmp_path, settings):
    settings.VAR, settings.DATABASE_URL = tmp_path, "postgresql://palier@db.example/palier"
    readiness.note_prepared()
    assert not readiness.is_prepared()
