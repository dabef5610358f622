"""What surrounds every page: brand, navigation, account, language and theme."""

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from palier.entrypoints.design.theme import theme_of
from palier.people.models import Customer
from palier.people.queries import NoProvider, provider
from palier.people.sign_in import places_of
from palier.words.languages import locale_of

CLIENT_SECTIONS = (
    ("dashboard", "client_area:dashboard", _("Client area"), "home"),
    ("services", "client_area:services", _("Products & services"), "server"),
    ("invoices", "client_area:invoices", _("Invoices"), "sheet"),
    ("messages", "client_area:messages", _("Messages"), "envelope"),
)
DESK_SECTIONS = (
    ("queue", "staff_desk:queue", _("Work queue"), "wrench"),
    ("customers", "staff_desk:customers", _("Customers"), "person"),
    ("overdue", "staff_desk:overdue", _("Overdue invoices"), "calendar"),
    ("transfers", "staff_desk:transfers", _("Transfers"), "out"),
    ("reports", "staff_desk:reports", _("Reports"), "sheet"),
    ("drifts", "staff_desk:drifts", _("Differences"), "differs"),
    ("servers", "staff_desk:servers", _("Servers"), "server"),
    ("jobs", "staff_desk:jobs", _("Failed jobs"), "alert"),
)
DEMO_SECTIONS = (
    ("welcome", "demo:welcome", _("Demonstration"), "home"),
    ("scenarios", "demo:scenarios", _("Scenarios"), "wrench"),
    ("letters", "demo:mail", _("Mail"), "envelope"),
)


@dataclass(frozen=True)
class Section:
    """An entry of the top navigation; the page whose `section` is `name` is under it."""

    name: str
    url: str
    label: str
    icon: str


class Shell:
    """Read by `palier/base.html` only, and only as far as it is shown: nothing is asked before."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def brand(self) -> str:
        """The provider's name: that of `request.provider` where a view has put it there, which saves a statement."""
        known = getattr(self.request, "provider", None)
        if known is not None:
            return str(known)
        try:
            return provider().name
        except NoProvider:
            return "Palier"

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        return _reachable(CLIENT_SECTIONS)

    @cached_property
    def desk_sections(self) -> tuple[Section, ...]:
        return _reachable(DESK_SECTIONS)

    @cached_property
    def demo_sections(self) -> tuple[Section, ...]:
        """Nothing outside the demo."""
        return _reachable(DEMO_SECTIONS)

    @property
    def home_url(self) -> str:
        return address("client_area:dashboard") or "/"

    @property
    def desk_url(self) -> str:
        return address("staff_desk:queue") or "/"

    @property
    def account(self) -> str:
        """The customer one acts for, when the view has put it on the request; else the person."""
        customer = getattr(self.request, "customer", None)
        return str(customer or self.request.user)

    @cached_property
    def other_customers(self) -> tuple[Customer, ...]:
        """Those one could act for instead, for someone who acts for several."""
        chosen, user = getattr(self.request, "customer", None), self.request.user
        if chosen is None or not user.is_authenticated:
            return ()
        return tuple(place.customer for place in places_of(user) if place.customer_id != chosen.id)

    @property
    def theme(self) -> str:
        return theme_of(self.request)

    @property
    def language_tag(self) -> str:
        return str(locale_of(get_language() or settings.LANGUAGE_CODE)).replace("_", "-")

    @property
    def languages(self) -> tuple[tuple[str, str], ...]:
        return tuple((code, str(name)) for code, name in settings.LANGUAGES)


def _reachable(sections: tuple[tuple[str, str, Promise, str], ...]) -> tuple[Section, ...]:
    return tuple(
        Section(name, url, str(label), icon) for name, view, label, icon in sections if (url := address(view))
    )


def address(view: str) -> str:
    """The address of a view, or an empty text where this installation does not have it."""
    try:
        return reverse(view)
    except NoReverseMatch:
        return ""


def shell(request: HttpRequest) -> dict[str, Shell]:
    """The context processor."""
    return {"shell": Shell(request)}
