"""The welcome page."""

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext as _

from palier.entrypoints.demo.doors import home_of, person_at
from palier.entrypoints.demo.filled.inside import virtual_servers
from palier.entrypoints.demo.letters import letters
from palier.entrypoints.demo.pages.welcome import Step, WelcomePage
from palier.events import clock
from palier.people.models import User


def welcome_page(user: User | AnonymousUser) -> WelcomePage:
    is_in = isinstance(user, User)
    return WelcomePage(
        steps=steps(),
        business_now=clock.now(),
        is_built=person_at("alice") is not None,
        signed_in_as=str(user) if is_in else "",
        home_url=home_of(user) if isinstance(user, User) else "",
        letters=len(letters()),
        has_containers=virtual_servers().exists(),
    )


def steps() -> tuple[Step, ...]:
    return (
        Step(
            _("A level that is refused"),
            _("The shop uses 12.4 GB. Plan A holds 10: it is refused, with the reason, before money moves."),
            _("See the levels of the shop"),
            door="alice",
            place="shop_levels",
        ),
        Step(
            _("Pay only the difference"),
            _("From Plan A to Plan B for the days that are left. Then watch the server confirm it."),
            _("Open the founding page"),
            door="alice",
            place="founding",
        ),
        Step(
            _("Down and up again for nothing"),
            _("Move down now, then up again: what was paid stays yours until renewal, so it costs $0.00."),
            _("See the levels of the site"),
            door="alice",
            place="founding_levels",
        ),
        Step(
            _("A server that lies"),
            _(
                "Make it say yes and do nothing. See who is called, what was promised, and what the client reads."
            ),
            _("Open the scenarios"),
            url=reverse("demo:scenarios"),
        ),
        Step(
            _("The invoice, with both taxes"),
            _("GST and QST, each with its registration number, on one page to print."),
            _("See the invoices"),
            door="alice",
            place="invoices",
        ),
    )
