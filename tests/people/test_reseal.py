"""Changing the keys of what is encrypted at rest: nothing is lost, however often it is interrupted."""

import stat

import pytest

from config import keys
from palier.billing.models import PaymentMethod
from palier.entrypoints.cli import diagnosis
from palier.entrypoints.cli.diagnosis import Health
from palier.entrypoints.cli.main import main
from palier.people import reseal
from palier.people.seal import CannotUnseal, fingerprints, key_of, sealed, unsealed
from palier.provisioning.models import Server
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keys_in_a_file(monkeypatch, settings, tmp_path):
    monkeypatch.delenv("PALIER_KEYS")
    settings.VAR = tmp_path
    assert len(fingerprints()) == 1


@pytest.fixture
def method(world: World) -> PaymentMethod:
    return PaymentMethod.objects.create(
        customer=world.boreale, gateway="demo_card", label="x", token=sealed("a card")
    )


@pytest.fixture
def server() -> Server:
    kept = {"token": sealed("a token"), "second": sealed("another")}
    return Server.objects.create(code="hand", names={}, driver="cpanel", by_hand=True, sealed=kept)


def test_everything_at_rest_is_sealed_with_the_new_key_and_opens(settings, method, server):
    (old,) = fingerprints()
    assert main(["secrets", "rotate"]) == 0
    newest, *older = fingerprints()
    assert older == [old] != [newest]
    method.refresh_from_db()
    server.refresh_from_db()
    held = [method.token, *server.sealed.values()]
    assert [key_of(text) for text in held] == [newest] * 3
    assert [unsealed(text) for text in held] == ["a card", "a token", "another"]
    assert stat.S_IMODE((settings.VAR / "keys").stat().st_mode) == 0o600


def test_what_was_interrupted_goes_on_with_the_same_key(settings, method, server, capsys):
    def die(seen: int) -> None:
        raise KeyboardInterrupt

    keys.add(settings.VAR)
    with pytest.raises(KeyboardInterrupt):
        reseal.across_customers_reseal(told=die)
    before = fingerprints()
    assert reseal.across_customers_keys_in_use().keys() == set(before)
    assert main(["secrets", "rotate"]) == 0
    assert "Going on" in capsys.readouterr().out
    assert fingerprints() == before
    assert reseal.across_customers_keys_in_use() == {before[0]: 3}


def test_an_old_key_is_dropped_when_nothing_names_it_and_not_before(settings, method, server):
    (old,) = fingerprints()
    keys.add(settings.VAR)
    assert main(["secrets", "drop"]) == 1
    assert old in fingerprints()
    assert main(["secrets", "rotate"]) == 0
    assert main(["secrets", "drop"]) == 0
    assert old not in fingerprints() and len(fingerprints()) == 1
    method.refresh_from_db()
    assert unsealed(method.token) == "a card"


def test_a_process_that_runs_uses_the_new_key_at_once_and_never_a_dropped_one(settings):
    before = sealed("x")
    keys.add(settings.VAR)
    assert key_of(sealed("y")) == fingerprints()[0] != key_of(before)
    keys.keep_only(settings.VAR, ())
    with pytest.raises(CannotUnseal, match=key_of(before)):
        unsealed(before)


def test_what_names_a_key_that_is_gone_is_told_and_the_rest_goes_on(settings, method, server, capsys):
    (settings.VAR / "keys").unlink()
    PaymentMethod.objects.update(token=sealed("a card"))
    assert main(["secrets", "rotate"]) == 1
    assert f"name the key {key_of(server.sealed['token'])}" in " ".join(capsys.readouterr().err.split())
    method.refresh_from_db()
    assert unsealed(method.token) == "a card"
    server_found = Server.objects.get(code="hand")
    assert server_found.sealed == server.sealed


def test_keys_of_the_environment_are_not_ours_to_change(monkeypatch, settings, method, capsys):
    first, *_ = keys.at_hand(settings.VAR)
    monkeypatch.setenv("PALIER_KEYS", first)
    assert main(["secrets", "rotate"]) == 0
    assert "put it first in PALIER_KEYS" in " ".join(capsys.readouterr().out.split())
    new = keys.Fernet.generate_key().decode()
    monkeypatch.setenv("PALIER_KEYS", f"{new},{first}")
    assert main(["secrets", "rotate"]) == 0
    assert reseal.across_customers_keys_in_use() == {fingerprints()[0]: 1}
    capsys.readouterr()
    assert main(["secrets", "drop"]) == 0
    assert "Take out of PALIER_KEYS" in capsys.readouterr().out


def test_doctor_says_which_keys_are_still_used(settings, method, server):
    (old,) = fingerprints()
    keys.add(settings.VAR)
    (waits,) = diagnosis.sealed_at_rest()
    assert (waits.health, waits.words) == (Health.ODD, f"3 sealed with {old}: palier secrets rotate")
    main(["secrets", "rotate"])
    (good,) = diagnosis.sealed_at_rest()
    assert good.health is Health.GOOD and fingerprints()[0] in good.words
    keys_file = settings.VAR / "keys"
    keys_file.unlink()
    (lost,) = diagnosis.sealed_at_rest()
    assert lost.health is Health.BAD
