"""Change a service's password on its panel: one's own, or one made here and shown once."""

import secrets
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from palier.drivers.errors import Busy, PanelError, Unknown
from palier.entrypoints.client_area.access import Client, for_client
from palier.entrypoints.client_area.addresses import to
from palier.entrypoints.client_area.filled.password import password_page, what_stops
from palier.entrypoints.client_area.forms import PasswordForm
from palier.entrypoints.client_area.views.answers import SeeOther, page_answer
from palier.people.permissions import SET_PASSWORD
from palier.provisioning.lease import InUse
from palier.provisioning.models import Service
from palier.provisioning.panels import NotConfigured
from palier.provisioning.queries import service_of
from palier.provisioning.set_password import set_password

#: Where the session remembers from which page a password was made: a page that is sent again makes no other.
MADE_FROM = "password_made_from"

#: Letters and digits that cannot be taken for one another: 20 of them are 116 bits.
ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
GROUPS, LENGTH = 4, 5


@sensitive_post_parameters("password", "again")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_client
def password(request: HttpRequest, client: Client, subscription_id: UUID) -> HttpResponse:
    service = service_of(client.customer_id, subscription_id)
    client.must(SET_PASSWORD)
    if request.method != "POST" or what_stops(service):
        return page_answer(request, "password.html", password_page(client, service, PasswordForm()))
    client.count("password")
    if request.POST.get("act") == "generate":
        return _generate(request, client, service)
    return _set(request, client, service)


@sensitive_variables("form")
def _set(request: HttpRequest, client: Client, service: Service) -> HttpResponse:
    form = PasswordForm(request.POST)
    if form.is_valid():
        failure = _try(client, service, form.cleaned_data["password"])
        if not failure:
            messages.success(request, _("The password is changed."))
            return SeeOther(to("product", service.subscription_id))
        form.add_error(None, failure)
    return page_answer(request, "password.html", password_page(client, service, form), status=422)


@sensitive_variables("made")
def _generate(request: HttpRequest, client: Client, service: Service) -> HttpResponse:
    """Shown in this answer and nowhere else, ever. The same page sent again, by a reload, changes nothing."""
    asked_from = request.POST.get("page", "")
    if asked_from and asked_from == request.session.get(MADE_FROM):
        messages.warning(
            request,
            _("A password was made already, and is not shown again. If you did not copy it, make another."),
        )
        return SeeOther(to("password", service.subscription_id))
    made = generated_password()
    failure = _try(client, service, made)
    if failure:
        messages.error(request, failure)
        page = password_page(client, service, PasswordForm())
        return page_answer(request, "password.html", page, status=422)
    request.session[MADE_FROM] = asked_from
    return page_answer(request, "password.html", password_page(client, service, generated=made))


@sensitive_variables()
def generated_password() -> str:
    """Four groups of five, such as `k7Fmq-29Xbt-Rw4hP-uc8Zd`; every kind of character that panels ask for is in it."""
    while True:
        groups = ("".join(secrets.choice(ALPHABET) for _n in range(LENGTH)) for _m in range(GROUPS))
        made = "-".join(groups)
        if (
            any(c.isdigit() for c in made)
            and any(c.isupper() for c in made)
            and any(c.islower() for c in made)
        ):
            return made


@sensitive_variables("new")
def _try(client: Client, service: Service, new: str) -> str:
    """Empty when it is set; else what happened, in words, and what to do."""
    try:
        set_password(service, new, by=client.actor, at=client.at)
    except InUse:
        return _("Something else is being done on this service. Please try again in a moment.")
    except Busy:
        return _("The server is busy; the password was not changed. Please try again in a few minutes.")
    except Unknown:
        return _("The server did not answer: the password may or may not be changed. Set it once more.")
    except (PanelError, NotConfigured):
        return _(
            "The server refused this password. Choose a longer one, with letters of both cases and digits."
        )
    return ""
