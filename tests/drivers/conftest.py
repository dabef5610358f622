from collections.abc import Iterator

import pytest

from tests.machines import Machine, Merchant, listening_merchant, running_card, running_panel


@pytest.fixture(scope="session")
def panel_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with running_panel(tmp_path_factory.mktemp("panel")) as machine:
        yield machine


@pytest.fixture(scope="session")
def card_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with running_card(tmp_path_factory.mktemp("card")) as machine:
        yield machine


@pytest.fixture
def merchant() -> Iterator[Merchant]:
    with listening_merchant() as merchant:
        yield merchant
