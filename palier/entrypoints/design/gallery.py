"""Every page with a believable sample of its values, to be looked at and tested without a database.

Each entrance keeps its samples in `samples.py`: SAMPLES maps a name to a Sample. Served in the demo only.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from palier.entrypoints.design.shell import CLIENT_SECTIONS, DESK_SECTIONS, Section, Shell
from palier.words.languages import is_french


@dataclass(frozen=True)
class Sample:
    """A template and what makes its page; `signed_in` shows the bar as a member or a person of the staff sees it."""

    template: str
    page: Callable[[], Any] = lambda: None
    signed_in: bool = True
    context: Callable[[], dict[str, Any]] = field(default=dict)


class GalleryShell(Shell):
    """The surroundings of a sample: a fixed provider and account, and addresses inside the gallery."""

    brand = "Hébergement Boréal"
    account = "Ateliers Boréale"
    home_url = "../dashboard/"

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        return tuple(
            Section(name, f"../{name}/", str(label), icon) for name, _view, label, icon in CLIENT_SECTIONS
        )

    @cached_property
    def desk_sections(self) -> tuple[Section, ...]:
        return tuple(
            Section(name, f"../{name}/", str(label), icon) for name, _view, label, icon in DESK_SECTIONS
        )


def samples() -> dict[str, Sample]:
    found: dict[str, Sample] = {}
    for app in apps.get_app_configs():
        if app.name.startswith("palier.entrypoints.") and find_spec(f"{app.name}.samples"):
            found |= import_module(f"{app.name}.samples").SAMPLES
    return found


def render_sample(request: HttpRequest, name: str, status: int | None = None) -> HttpResponse:
    sample = samples()[name]
    request.user = _someone() if sample.signed_in else SimpleNamespace(is_authenticated=False)  # type: ignore[assignment]
    context = {"page": sample.page(), "shell": GalleryShell(request), **sample.context()}
    return render(request, sample.template, context, status=status)


def said(french: str, english: str) -> str:
    """What a catalogue or a panel would say, in the language of the page."""
    return french if is_french(get_language() or "en") else english


@require_safe
def gallery(request: HttpRequest, name: str = "") -> HttpResponse:
    if not name:
        return HttpResponse(_index(samples()))
    if name not in samples():
        raise Http404
    return render_sample(request, name)


def _someone() -> Any:
    return SimpleNamespace(
        is_authenticated=True, email="alice@ateliers-boreale.example", name="Alice Tremblay"
    )


def _index(names: Iterable[str]) -> str:
    links = "".join(
        f'<li><a href="{reverse("design:sample", args=[name])}">{name}</a></li>' for name in names
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Gallery</title><ul>{links}</ul></html>'
    )
