"""The command line: what can be typed, and the exit status."""

import logging
from datetime import timedelta

import pytest

from palier.entrypoints.cli.arguments import duration, parser
from palier.entrypoints.cli.main import main
from palier.events import clock
from palier.events.models import ClockOffset

VERBS = (
    *("run", "serve", "worker", "prepare", "catalog", "doctor", "renew", "quote", "reprice", "books"),
    *("demo", "clock", "manage"),
)


def test_help_names_every_verb(capsys):
    with pytest.raises(SystemExit) as left:
        main(["--help"])
    assert left.value.code == 0
    told = capsys.readouterr().out
    assert all(f"\n    {verb} " in told for verb in VERBS)


def test_a_verb_that_does_not_exist_is_a_typing_error(capsys):
    with pytest.raises(SystemExit) as left:
        main(["fly"])
    assert left.value.code == 2
    assert "invalid choice: 'fly'" in capsys.readouterr().err


def test_manage_passes_everything_on_to_django(capsys, db):
    assert main(["manage", "check", "--tag", "urls"]) == 0
    assert "no issues" in capsys.readouterr().out


def test_a_verb_is_quiet_and_leaves_the_logs_as_it_found_them(db):
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.INFO)
    try:
        main(["manage", "check", "--tag", "urls"])
        assert root.level == logging.INFO
    finally:
        root.setLevel(before)


def test_prepare_and_worker_have_their_own_options():
    assert parser().parse_args(["worker", "--concurrency", "2", "--once"]).concurrency == 2
    assert parser().parse_args(["catalog", "apply", "x.yaml"]).file.name == "x.yaml"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("+30d", timedelta(days=30)),
        ("12h", timedelta(hours=12)),
        ("+90m", timedelta(minutes=90)),
    ],
)
def test_durations_as_they_are_typed(written, meant):
    assert duration(written) == meant


@pytest.mark.parametrize("written", ["30", "-30d", "+1y", "soon", ""])
def test_other_durations_are_refused_with_an_example(written):
    with pytest.raises(ValueError, match=r"\+30d"):
        duration(written)


@pytest.mark.django_db
def test_the_demos_clock_is_asked_to_go_on_and_comes_back(capsys):
    assert main(["clock", "+30d"]) == 0
    assert clock.heading_for() > clock.real_now() + timedelta(days=29)
    assert f"{clock.heading_for():%Y-%m-%d}" in capsys.readouterr().out
    clock.go_on(timedelta(days=30))
    assert main(["clock", "reset"]) == 0
    assert clock.offset() == timedelta(0)


@pytest.mark.django_db
def test_a_mistyped_duration_moves_nothing(capsys):
    assert main(["clock", "tomorrow"]) == 2
    assert "+30d" in capsys.readouterr().err
    assert clock.offset() == timedelta(0)


@pytest.mark.django_db
@pytest.mark.parametrize("command", [["clock", "+30d"], ["demo", "--yes"]])
def test_outside_the_demo_neither_the_clock_nor_the_world_can_be_changed(settings, capsys, command):
    settings.DEMO = False
    settings.REBUILD_DEMO = "must.not.be.reached"
    assert main(command) == 1
    assert "Refused" in capsys.readouterr().err


@pytest.mark.django_db
@pytest.mark.parametrize(("answer", "status"), [("no", 1), ("", 1), ("yes", 0)])
def test_the_demo_world_is_rebuilt_only_after_a_yes(settings, monkeypatch, answer, status):
    rebuilt = []
    monkeypatch.setattr(
        "palier.entrypoints.cli.demo.import_string", lambda name: lambda: rebuilt.append(name)
    )
    monkeypatch.setattr("palier.entrypoints.cli.demo.console.input", lambda question: answer)
    assert main(["demo"]) == status
    assert rebuilt == ([settings.REBUILD_DEMO] if status == 0 else [])


@pytest.mark.django_db
@pytest.mark.parametrize("written", ["+30d", "reset"])
def test_in_production_the_clock_stands_on_real_time_and_cannot_be_moved(settings, capsys, written):
    ClockOffset.objects.create(pk=1, offset=timedelta(days=30), wanted=timedelta(days=60))
    settings.DEMO = False
    assert main(["clock", written]) == 1
    assert "Only the demo’s clock" in capsys.readouterr().err.replace("'", "’")
    assert ClockOffset.objects.get().wanted == timedelta(days=60)
    assert abs(clock.now() - clock.real_now()) < timedelta(seconds=5)
    assert not clock.go_on(timedelta(days=1))
    for move in (clock.let_pass, clock.advance):
        with pytest.raises(ValueError, match="demo only"):
            move(timedelta(days=1))
