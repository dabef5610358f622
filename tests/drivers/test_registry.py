"""A driver is found by its name."""

import pytest

from palier.drivers.errors import Refused, UnknownDriver
from palier.drivers.gateways.demo_card import DemoCard
from palier.drivers.panels.cpanel import Cpanel
from palier.drivers.registry import OUR_PANELS, gateway, panel, panel_class


def test_a_panel_is_found_by_name() -> None:
    found = panel("cpanel", "https://whm.example:2087", {"user": "root", "token": "secret"})

    assert isinstance(found, Cpanel)


def test_a_gateway_is_found_by_name() -> None:
    assert isinstance(gateway("demo_card", "http://127.0.0.1:8102", {"secret": "secret"}), DemoCard)


def test_a_name_that_nobody_has_lists_those_that_exist() -> None:
    with pytest.raises(UnknownDriver, match=r"cpanle.*cpanel, .*manual"):
        panel("cpanle", "", {})


def test_a_gateway_that_nobody_wrote_lists_those_that_exist() -> None:
    with pytest.raises(UnknownDriver, match=r"cheque.*demo_card"):
        gateway("cheque", "", {})


@pytest.mark.parametrize("name", OUR_PANELS)
def test_every_panel_says_of_itself_what_it_needs_and_can(name: str) -> None:
    found = panel_class(name)

    assert set(found.no_secrets).isdisjoint({"token", "password", "secret", "key"})
    assert all(isinstance(needed, str) for needed in found.needs)
    assert isinstance(found.capabilities, frozenset)
    assert isinstance(found.title, str)


@pytest.mark.parametrize("credentials", [{"user": "root"}, {"user": "root", "token": ""}])
def test_a_panel_without_what_it_needs_is_refused_by_name(credentials: dict[str, str]) -> None:
    with pytest.raises(Refused, match="token"):
        panel("cpanel", "https://whm.example:2087", credentials)


def test_the_secrets_of_a_driver_are_not_in_its_name() -> None:
    found = panel("cpanel", "https://whm.example:2087", {"user": "root", "token": "hush-hush"})

    assert "hush-hush" not in repr(found)
