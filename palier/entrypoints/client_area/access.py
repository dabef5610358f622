"""Who asks, for which customer, and when: what every view of the client area is given."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, wraps
from typing import Any, Concatenate
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation

from palier.catalog import snapshot
from palier.catalog.for_sale import Texts
from palier.catalog.snapshot import Catalog
from palier.core.periods import billing_date
from palier.entrypoints.client_area.limits import TooMany, count
from palier.entrypoints.design.shell import address
from palier.events import clock
from palier.events.record import Actor
from palier.people.models import Customer, Member, Provider
from palier.people.permissions import NotAllowed
from palier.people.queries import members_with, provider_at_version
from palier.people.sign_in import place_with, places_of
from palier.subscriptions.bill_period import House
from palier.words.languages import in_language

CUSTOMER = "palier_customer"
"""Where the session keeps which customer was chosen, by someone who acts for several."""


@dataclass(frozen=True)
class Client:
    """A signed-in member at work: whom they act for, the host of this moment, and the moment."""

    member: Member
    house: House
    at: datetime
    language: str

    @property
    def customer(self) -> Customer:
        return self.member.customer

    @property
    def customer_id(self) -> UUID:
        return self.member.customer_id

    @property
    def actor(self) -> Actor:
        return Actor("user", self.member.user_id)

    @property
    def catalog(self) -> Catalog:
        return self.house.catalog

    @property
    def provider(self) -> Provider:
        return self.house.provider

    @property
    def zone(self) -> ZoneInfo:
        return self.provider.zone

    def say(self, texts: Texts) -> str:
        """One of the catalogue's texts, in the language of the page."""
        return in_language(texts, self.language)

    def plan_name(self, code: str) -> str:
        return self.say(self.catalog.plans[code].names)

    @cached_property
    def on(self) -> date:
        """Today, where the provider keeps its books."""
        return billing_date(self.at, self.zone)

    def may(self, act: str) -> bool:
        return self.member.may(act)

    def must(self, act: str) -> None:
        """Raises `NotAllowed`. Call it after what it is about was found, so that a stranger learns nothing."""
        if not self.member.may(act):
            raise NotAllowed(act)

    def count(self, act: str) -> None:
        """One more time of what may not be done too often. Raises `TooMany`."""
        count(act, self.member.id)


View = Callable[Concatenate[HttpRequest, Client, ...], HttpResponse]


def for_client(view: View) -> Callable[..., HttpResponse]:
    """A view for members only: the others are sent where they belong. What is not theirs is not found."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
        member = chosen_place(request)
        if member is None:
            return _not_a_member(request)
        client = _client(request, member)
        try:
            with timezone.override(client.zone):
                return view(request, client, *args, **kwargs)
        except ObjectDoesNotExist as absence:
            raise Http404(str(absence)) from None
        except NotAllowed as refusal:
            return _refused(request, client, refusal.act)
        except TooMany:
            return render(request, "429.html", status=429)

    return guarded


def chosen_place(request: HttpRequest) -> Member | None:
    """The membership one acts under: the chosen customer's, or else the oldest."""
    assert request.user.is_authenticated
    places = places_of(request.user)
    if len(places) > 1 and (chosen := request.session.get(CUSTOMER)):
        return place_with(request.user, UUID(chosen)) or places[0]
    return places[0] if places else None


def _client(request: HttpRequest, member: Member) -> Client:
    catalog = snapshot.current()
    provider = provider_at_version(catalog.version)
    # For what surrounds the page (design/shell.py), so that it asks the database nothing again.
    request.customer, request.provider = member.customer, provider  # type: ignore[attr-defined]
    _speak_the_customers_language(request, member.customer)
    language = translation.get_language() or settings.LANGUAGE_CODE
    return Client(member, House(catalog, provider), clock.now(), language)


def _speak_the_customers_language(request: HttpRequest, customer: Customer) -> None:
    """For someone who never chose one; a choice was followed already (design/language.py)."""
    assert request.user.is_authenticated
    has_chosen = request.user.language or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if not has_chosen and customer.language in dict(settings.LANGUAGES):
        translation.activate(customer.language)


def _not_a_member(request: HttpRequest) -> HttpResponse:
    """Staff belong at their desk; anyone else who is no member can open nothing here."""
    desk = address("staff_desk:queue")
    if request.user.is_authenticated and request.user.is_staff and desk:
        return redirect(desk)
    return render(request, "403.html", status=403)


def _refused(request: HttpRequest, client: Client, act: str) -> HttpResponse:
    """Say who can, so that a colleague can be asked."""
    able = [member.user for member in members_with(client.customer_id, act)]
    return render(request, "client_area/refused.html", {"able": able}, status=403)
