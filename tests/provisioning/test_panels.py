import pytest
from cryptography.fernet import Fernet

from palier.drivers.panel import Capability
from palier.drivers.panels.cpanel import Cpanel
from palier.drivers.panels.manual import Manual
from palier.people.seal import key_of, sealed
from palier.provisioning.models import Server
from palier.provisioning.panels import (
    NotConfigured,
    capabilities_of,
    missing_variables,
    panel_of,
    secrets_of,
)


def server(driver: str = "cpanel", url: str = "${PANEL_URL}", **credentials: str) -> Server:
    return Server(code="web1", driver=driver, url=url, credentials=credentials)


def test_a_panel_is_made_from_what_the_environment_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PANEL_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("PANEL_TOKEN", "secret")
    assert isinstance(panel_of(server(user="root", token="${PANEL_TOKEN}")), Cpanel)


def test_the_environment_is_read_when_the_panel_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = server(url="http://${PANEL_HOST}:9", user="root", token="${PANEL_TOKEN}")
    monkeypatch.setenv("PANEL_HOST", "one.example")
    monkeypatch.setenv("PANEL_TOKEN", "secret")
    panel_of(asked)
    monkeypatch.delenv("PANEL_TOKEN")
    with pytest.raises(NotConfigured):
        panel_of(asked)


def test_what_is_missing_in_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PANEL_URL", raising=False)
    monkeypatch.setenv("PANEL_TOKEN", "")
    asked = server(user="root", token="${PANEL_TOKEN}")
    assert missing_variables(asked) == ("PANEL_URL", "PANEL_TOKEN")
    with pytest.raises(NotConfigured, match="server web1 needs PANEL_URL and PANEL_TOKEN in the environment"):
        panel_of(asked)


def test_secrets_that_were_given_to_us_to_keep_are_opened_when_the_panel_is_asked_for() -> None:
    asked = Server(
        code="web9",
        driver="cpanel",
        url="http://127.0.0.1:9",
        options={"user": "root"},
        sealed={"token": sealed("t0ken")},
    )
    assert "t0ken" not in str(asked.sealed)
    assert isinstance(panel_of(asked), Cpanel)
    assert secrets_of(asked) == ("t0ken",)


def test_a_key_that_is_gone_is_named_and_the_secret_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Server(code="web9", driver="cpanel", url="http://127.0.0.1:9", sealed={"token": sealed("t0ken")})
    key = key_of(asked.sealed["token"])
    monkeypatch.setenv("PALIER_KEYS", Fernet.generate_key().decode())
    with pytest.raises(NotConfigured, match=f"server web9: the sealing key {key} is not") as refused:
        panel_of(asked)
    assert "gAAAA" not in str(refused.value)
    assert secrets_of(asked) == ()


def test_what_the_driver_needs_and_is_not_told_is_named() -> None:
    with pytest.raises(NotConfigured, match="server web1 lacks token for the driver cpanel"):
        panel_of(server(url="http://127.0.0.1:9", user="root"))


def test_a_driver_that_is_not_installed_is_named() -> None:
    with pytest.raises(NotConfigured, match="has the driver ispconfig, which is not installed"):
        panel_of(server(driver="ispconfig", url=""))


def test_what_people_do_by_hand_needs_nothing_told() -> None:
    assert isinstance(panel_of(server(driver="manual", url="")), Manual)


def test_capabilities_are_known_without_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PANEL_URL", raising=False)
    assert Capability.CHANGE in capabilities_of(server(user="root", token="${PANEL_TOKEN}"))
    assert capabilities_of(server(driver="manual")) == frozenset()
    assert capabilities_of(server(driver="ispconfig")) == frozenset()
