"""Only people who work here get in: to anyone else who is signed in, the staff desk does not exist."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, wraps
from typing import Any, Concatenate, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation

from palier.catalog import snapshot
from palier.core.periods import billing_date
from palier.entrypoints.staff_desk.names import Names
from palier.events import clock
from palier.events.record import Actor
from palier.people.models import User
from palier.people.queries import provider_at_version
from palier.subscriptions.bill_period import House


@dataclass(frozen=True)
class Desk:
    """A person of the staff at work: the host of this moment, the moment, and the language they read."""

    user: User
    house: House
    at: datetime
    language: str

    @property
    def actor(self) -> Actor:
        return Actor("staff", self.user.id)

    @property
    def names(self) -> Names:
        return Names(self.house.catalog, self.language)

    @cached_property
    def on(self) -> date:
        """Today, where the provider keeps its books."""
        return billing_date(self.at, self.house.provider.zone)


View = Callable[Concatenate[HttpRequest, Desk, ...], HttpResponse]


def for_staff(view: View) -> Callable[..., HttpResponse]:
    """Not found for those who do not work here; who is not signed in may be one of us, and is asked."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(_after_sign_in(request))
        if not request.user.is_staff:
            raise Http404
        desk = _desk(request)
        try:
            with timezone.override(desk.house.provider.zone):
                return view(request, desk, *args, **kwargs)
        except ObjectDoesNotExist as absence:
            raise Http404(str(absence)) from None

    return guarded


def _after_sign_in(request: HttpRequest) -> str:
    """The page that was asked for; after an act, the queue, since an act cannot be asked for by going there."""
    return request.get_full_path() if request.method == "GET" else reverse("staff_desk:queue")


def _desk(request: HttpRequest) -> Desk:
    catalog = snapshot.current()
    provider = provider_at_version(catalog.version)
    # For what surrounds the page (design/shell.py), so that it asks the database nothing again.
    request.provider = provider  # type: ignore[attr-defined]
    language = translation.get_language() or settings.LANGUAGE_CODE
    return Desk(cast(User, request.user), House(catalog, provider), clock.now(), language)
