"""`palier server`: secrets that are never arguments, certificates that are compared, exit statuses that tell."""

import io
import json
from pathlib import Path

import pytest

from palier.catalog.models import Version
from palier.drivers.certificates import fingerprint
from palier.entrypoints.cli.main import main
from palier.entrypoints.cli.screen import console, errors
from palier.people.seal import unsealed
from palier.provisioning import circuit
from palier.provisioning.models import Server
from tests.catalogs.files import demo_text
from tests.drivers.tls import self_signed, speaking_tls
from tests.machines import PANEL_TOKEN
from tests.provisioning.servers import accounts, put_on
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    for screen in (console, errors):
        monkeypatch.setattr(screen, "width", 200)


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def added(world: World, *more: str, url: str = "", secret: str = "token") -> int:
    where = ["--url", url or world.panel.url, "--set", "user=root", "--secret", secret]
    return main(["server", "add", "web9", "--driver", "cpanel", *where, *more])


def test_a_server_is_added_with_a_secret_from_standard_input(world: World, monkeypatch, capsys) -> None:
    typed(monkeypatch, PANEL_TOKEN)
    assert added(world) == 0
    server = Server.objects.get(code="web9")
    assert unsealed(server.sealed["token"]) == PANEL_TOKEN and server.by_hand
    said = capsys.readouterr()
    assert "Added web9, 11.126.0.21 (demo)" in said.out
    assert PANEL_TOKEN not in said.out + said.err


def test_a_secret_is_read_from_a_variable_and_kept_sealed(world: World, monkeypatch) -> None:
    monkeypatch.setenv("WEB9_TOKEN", PANEL_TOKEN)
    assert added(world, secret="token=WEB9_TOKEN") == 0
    assert unsealed(Server.objects.get(code="web9").sealed["token"]) == PANEL_TOKEN


def test_a_variable_may_be_referred_to_and_nothing_is_kept(world: World, monkeypatch) -> None:
    monkeypatch.setenv("WEB9_TOKEN", PANEL_TOKEN)
    where = ["--url", world.panel.url, "--set", "user=root", "--set", "token=${WEB9_TOKEN}"]
    assert main(["server", "add", "web9", "--driver", "cpanel", *where]) == 0
    server = Server.objects.get(code="web9")
    assert (server.sealed, server.credentials) == ({}, {"token": "${WEB9_TOKEN}"})


def test_a_secret_typed_as_an_argument_is_refused_and_not_repeated(world: World, capsys) -> None:
    where = ["--url", world.panel.url, "--set", "user=root"]
    assert main(["server", "add", "web9", "--driver", "cpanel", *where, "--set", "token=typed-here"]) == 1
    assert main(["server", "add", "web9", "--driver", "cpanel", *where, "--secret", "token=typed-here"]) == 2
    said = capsys.readouterr()
    assert "typed-here" not in said.out + said.err
    assert not Server.objects.filter(code="web9").exists()


def test_a_person_at_a_terminal_is_asked_without_echo(world: World, monkeypatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    asked = []
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", lambda question: asked.append(question) or PANEL_TOKEN)
    where = ["--url", world.panel.url, "--set", "user=root"]
    assert main(["server", "add", "web9", "--driver", "cpanel", *where]) == 0
    assert asked == ["token: "], "what the driver needs is asked for, named or not"


def test_a_server_that_does_not_answer_is_not_kept_unless_asked_to(world: World, monkeypatch, capsys) -> None:
    typed(monkeypatch, "wrong", "wrong")
    assert added(world) == 1
    said = " ".join(capsys.readouterr().err.split())
    assert "Refuses us: HTTP 403" in said and "Has a token expired" in said and "--no-check" in said
    assert not Server.objects.filter(code="web9").exists()
    typed(monkeypatch, "wrong")
    assert added(world, "--no-check") == 0
    assert Server.objects.get(code="web9").health.problem == "refused"


def test_a_certificate_that_nobody_vouches_for_is_shown_and_pinned_only_when_it_was_compared(
    world: World, monkeypatch, capsys
) -> None:
    ours, anothers = self_signed("panel.invalid"), self_signed("panel.invalid")
    typed(monkeypatch, *["token"] * 3)
    with speaking_tls(*ours) as url:
        assert added(world, url=url) == 1
        assert fingerprint(ours[0]) in capsys.readouterr().err.replace("\n", "")
        assert (
            added(
                world,
                "--pin",
                fingerprint(anothers[0]),
                url=url,
            )
            == 1
        )
        assert "another certificate" in capsys.readouterr().err
        assert added(world, "--pin", fingerprint(ours[0]).replace(":", ""), "--no-check", url=url) == 0
    server = Server.objects.get(code="web9")
    assert fingerprint(server.certificate) == fingerprint(ours[0])
    assert server.health.problem == "busy", "trusted now, though it is no panel"


def test_no_drawing_takes_the_place_of_a_pair_of_a_fingerprint(capsys) -> None:
    errors.print("B6:CD:1C")
    assert capsys.readouterr().err == "B6:CD:1C\n"


def test_checking_says_how_servers_are_and_the_exit_status_too(world: World, capsys) -> None:
    assert main(["server", "check"]) == 0
    said = capsys.readouterr().out
    assert "Works" in said and "11.126.0.21 (demo)" in said and "Worked on by hand" in said
    world.panel.set_mode("refuse", reads=True)
    assert main(["server", "check", "web1"]) == 1
    assert "Refuses us" in capsys.readouterr().out
    assert main(["server", "check", "web1", "--json"]) == 1
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["health"], told["version"]) == ("refused", "11.126.0.21 (demo)")
    assert told["last_error"] and told["latency_ms"] >= 0


def test_one_that_is_left_alone_says_since_when(world: World, capsys) -> None:
    server = Server.objects.get(code="web1")
    circuit.failed(server.id, "timed out")
    circuit.failed(server.id, "timed out")
    circuit.failed(server.id, "timed out")
    main(["server", "check", "web1"])
    assert "left alone since" in capsys.readouterr().out
    main(["server", "check", "web1", "--json"])
    assert json.loads(capsys.readouterr().out)[0]["left_alone_since"]


def test_a_server_that_nobody_knows_is_told_with_those_that_are(world: World, capsys) -> None:
    assert main(["server", "check", "web7"]) == 1
    assert "there are: certificates, team, vps, web1" in " ".join(capsys.readouterr().err.split())


def test_a_server_is_retired_and_its_code_is_free(world: World, monkeypatch, capsys) -> None:
    typed(monkeypatch, PANEL_TOKEN)
    assert added(world) == 0
    assert main(["server", "retire", "web9", "--yes"]) == 0
    assert "Retired web9." in capsys.readouterr().out
    assert (server := Server.objects.get(code="web9")).retired_at and server.sealed == {}
    assert main(["server", "retire", "web9", "--yes"]) == 1
    assert "No server “web9”" in " ".join(capsys.readouterr().err.split())
    typed(monkeypatch, PANEL_TOKEN)
    assert added(world) == 0


def test_nobody_there_to_ask_is_a_no(world: World, monkeypatch, capsys) -> None:
    typed(monkeypatch, PANEL_TOKEN)
    assert added(world) == 0
    assert main(["server", "retire", "web9"]) == 1
    assert "Not retired. Say yes, or give --yes." in capsys.readouterr().err
    assert Server.objects.get(code="web9").retired_at is None


def test_a_person_at_a_terminal_is_asked_before_a_server_is_retired(
    world: World, monkeypatch, capsys
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    typed(monkeypatch, PANEL_TOKEN)
    assert added(world) == 0
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    assert main(["server", "retire", "web9"]) == 0
    assert "Retire web9?" in " ".join(capsys.readouterr().err.split())
    assert Server.objects.get(code="web9").retired_at


def test_what_keeps_a_server_is_told(world: World, monkeypatch, capsys) -> None:
    assert main(["server", "retire", "web1", "--yes"]) == 1
    assert "Not retired. The catalogue file declares this server" in capsys.readouterr().err
    typed(monkeypatch, PANEL_TOKEN)
    assert added(world) == 0
    put_on(Server.objects.get(code="web9"), accounts(world, 1))
    assert main(["server", "retire", "web9", "--yes"]) == 1
    assert "Not retired. 1 service lives on it" in capsys.readouterr().err


def test_plans_are_compared_with_the_catalogue(world: World, capsys) -> None:
    assert main(["server", "plans"]) == 0
    assert capsys.readouterr().out.count("same") == 4
    world.panel.reset()
    kept = {name: held for name, held in world.panel_limits.items() if name != "forfait_b"}
    world.panel.seed({**kept, "forfait_a": {**kept["forfait_a"], "disk": 5120}, "old": {}})
    assert main(["server", "plans", "web1"]) == 1
    said = capsys.readouterr().out.replace("\xa0", " ")
    assert "missing" in said and "wanted 10 GB, found 5 GB" in said and "not sold" in said
    assert main(["server", "plans", "web1", "--json"]) == 1
    (told,) = json.loads(capsys.readouterr().out)
    assert {"plan": "web-b", "package": "forfait_b", "there": False, "differences": []} in told["plans"]
    assert told["not_sold"] == ["old"]


def test_other_limits_alone_are_told_and_are_no_failure(world: World, capsys) -> None:
    world.panel.seed({"forfait_a": {"disk": 5120}})
    assert main(["server", "plans", "web1"]) == 0
    assert "differs" in capsys.readouterr().out


def test_a_system_without_plans_has_nothing_to_compare(world: World, capsys) -> None:
    assert main(["server", "plans", "vps"]) == 0
    assert "limits are set one by one" in capsys.readouterr().out


def applied(directory: Path, *changes: tuple[str, str]) -> int:
    path = directory / "catalog.yaml"
    path.write_text(demo_text(*changes), encoding="utf-8")
    return main(["catalog", "apply", str(path)])


def test_a_catalogue_that_sells_what_its_panel_does_not_know_is_refused(
    world: World, tmp_path: Path, capsys
) -> None:
    before = Version.objects.get().number
    assert applied(tmp_path, ("package: forfait_b", "package: forfait_q")) == 1
    said = capsys.readouterr().err
    assert "products.web.plans.web-b.package: web1 knows no plan “forfait_q”" in said
    assert "it knows forfait_a, forfait_b, forfait_c, forfait_d" in said
    assert Version.objects.get().number == before


def test_a_panel_that_cannot_be_asked_is_told_and_stops_nothing(world: World, tmp_path: Path, capsys) -> None:
    world.panel.set_mode("refuse", reads=True)
    assert applied(tmp_path, ("package: forfait_b", "package: forfait_q")) == 0
    said = capsys.readouterr().err
    assert "Not compared: web1 could not be asked" in said and "palier server plans web1" in said
