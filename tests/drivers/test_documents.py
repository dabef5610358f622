"""The pages on drivers say what the code does."""

import inspect
from pathlib import Path

import pytest

from palier.drivers import errors
from palier.drivers.panel import Capability, Panel
from palier.drivers.registry import panel_class, panel_drivers

DOCS = Path(__file__).parents[2] / "docs"
PROMISE = (DOCS / "reference/panel-promise.md").read_text("utf-8")

VERBS = {name: verb for name, verb in vars(Panel).items() if inspect.isfunction(verb) and name[0] != "_"}


def parameters(verb: object) -> list[str]:
    return [name for name in inspect.signature(verb).parameters if name != "self"]  # type: ignore[arg-type]


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_is_described_with_its_parameters(name: str) -> None:
    assert f"`{name}({', '.join(parameters(VERBS[name]))})`" in PROMISE


@pytest.mark.parametrize("capability", Capability)
def test_every_capability_is_described(capability: Capability) -> None:
    assert f"| `{capability}` |" in PROMISE


@pytest.mark.parametrize("error", errors.PanelError.__subclasses__())
def test_every_error_is_described(error: type) -> None:
    assert f"| `{error.__name__}` |" in PROMISE


@pytest.mark.parametrize("name", panel_drivers())
def test_every_driver_is_described_with_what_it_needs(name: str) -> None:
    needs = ", ".join(f"`{needed}`" for needed in panel_class(name).needs) or "nothing"

    assert f"| `{name}` | {needs} |" in PROMISE
