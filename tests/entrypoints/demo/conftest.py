"""The demo's world and its machines, at hand for a test as `palier run` puts them at hand for the product."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from palier.entrypoints.demo import world
from palier.entrypoints.demo.card_control import CardControl
from palier.entrypoints.demo.panel_control import PanelControl
from tests.machines import CARD_SECRET, PANEL_TOKEN, Machine, panel_control
from tests.world import point_at


@pytest.fixture
def panel(panel_machine: Machine) -> PanelControl:
    point_at(panel_machine.url, PANEL_TOKEN)
    return panel_control(panel_machine)


@pytest.fixture
def mail_directory(settings: Any, tmp_path: Path) -> Path:
    settings.DEMO_MAIL_DIR = tmp_path / "mail"
    settings.DEMO_MAIL_DIR.mkdir()
    return settings.DEMO_MAIL_DIR


@pytest.fixture
def machines(panel: PanelControl, card: CardControl, mail_directory: Path) -> None:
    """All of them at hand, none of them with anything in it."""


@pytest.fixture(scope="module")
def built(
    django_db_setup: None,
    django_db_blocker: Any,
    panel_machine: Machine,
    card_machine: Machine,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """One world for the tests of a module, in a transaction around theirs. Not for tests that commit."""
    point_at(panel_machine.url, PANEL_TOKEN)
    gateway = {"driver": "demo_card", "url": card_machine.url, "secret": CARD_SECRET}
    told = {"GATEWAYS": {"demo_card": gateway}, "DEMO_MAIL_DIR": tmp_path_factory.mktemp("mail")}
    with override_settings(**told), django_db_blocker.unblock(), transaction.atomic():
        world.build()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def story(built: None, panel_machine: Machine) -> Iterator[PanelControl]:
    """The built world and its panel, which is put back as it was."""
    control = panel_control(panel_machine)
    before = control.state()
    kept = ("user", "domain", "plan", "suspended", "usage")
    accounts = [{name: account[name] for name in kept} for account in before["accounts"].values()]
    yield control
    control.reset()
    control.seed(before["packages"], accounts)
