"""Servers: how they are, looking again, adding one, changing and retiring what was added, a new certificate."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from palier.entrypoints.staff_desk.access import Desk, for_staff
from palier.entrypoints.staff_desk.filled.servers import (
    driver_title,
    drivers,
    not_to_be_retired,
    retire_page,
    server_page,
    servers_page,
    why_it_stays,
)
from palier.entrypoints.staff_desk.pages.servers import DriverChoice, ServerFormPage
from palier.entrypoints.staff_desk.server_form import ServerForm
from palier.plan_changes.queries import across_customers_arriving
from palier.provisioning.check_server import check_server, keep_look
from palier.provisioning.look_at_server import look_at
from palier.provisioning.models import Server, ServerHealth
from palier.provisioning.queries import server_called
from palier.provisioning.queries import servers as servers_of_ours
from palier.provisioning.retire_server import NotRetired, retire_server
from palier.provisioning.write_server import NotAccepted, add_server, change_server, drafted, pin_certificate
from palier.words.servers import health_word, not_accepted


@require_safe
@for_staff
def servers(request: HttpRequest, desk: Desk) -> HttpResponse:
    return render(request, "staff_desk/servers.html", {"page": servers_page(desk)})


@require_safe
@for_staff
def one_server(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    page = server_page(desk, _server(code), request.GET.get("page", "1"))
    return render(request, "staff_desk/server.html", {"page": page})


@require_POST
@for_staff
def check_one_server(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    found = _server(code)
    _say(request, check_server(found, desk.at))
    return _back(found)


@require_POST
@for_staff
def pin_certificate_of(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """The certificate whose fingerprint the person has compared, and no other that is shown meanwhile."""
    found = _server(code)
    try:
        pin_certificate(found, request.POST.get("sha256", ""), by=desk.actor, at=desk.at)
    except NotAccepted as refused:
        messages.error(request, not_accepted(refused.code, refused.named))
    else:
        found.refresh_from_db()
        messages.success(request, _("This certificate is believed from now on, and no other."))
        _say(request, check_server(found, desk.at))
    return _back(found)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def add_one_server(request: HttpRequest, desk: Desk) -> HttpResponse:
    """First the driver, then what it wants to know."""
    driver = request.GET.get("driver", "")
    if driver not in drivers():
        return render(request, "staff_desk/server_form.html", {"page": _choose_page()})
    form = ServerForm(request.POST or None, driver=driver)
    if request.method == "POST" and form.is_valid():
        try:
            draft = drafted(form.cleaned_data["code"], driver, form.written, desk.language)
        except NotAccepted as refused:
            form.refuse(refused)
        else:
            # Kept whatever it answers: nothing of what was typed is lost, and nothing lives there before a product
            # names it.
            look = look_at(draft)
            try:
                add_server(draft, by=desk.actor, at=desk.at)
            except NotAccepted as refused:
                form.refuse(refused)
                return _form_answer(request, _add_page(driver, form), form)
            messages.success(request, _("The server is kept. Products name it by its code."))
            _say(request, keep_look(draft, look, desk.at))
            return _back(draft)
    return _form_answer(request, _add_page(driver, form), form)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def edit_one_server(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    found = _server(code)
    if not found.by_hand:
        raise Http404
    form = ServerForm(request.POST or None, driver=found.driver, server=found, language=desk.language)
    if request.method == "POST" and form.is_valid():
        try:
            is_changed = change_server(found, form.written, desk.language, by=desk.actor, at=desk.at)
        except NotAccepted as refused:
            form.refuse(refused)
        else:
            if is_changed:
                messages.success(request, _("The settings are kept."))
                _say(request, check_server(_server(code), desk.at))
            return _back(found)
    title = _("Settings of %(server)s") % {"server": desk.names.of(found.names)}
    url = reverse("staff_desk:edit_server", args=[code])
    page = ServerFormPage(
        title, url, reverse("staff_desk:server", args=[code]), found.driver, form, is_new=False
    )
    return _form_answer(request, page, form)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def retire_one_server(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """First what that does. Pressed twice, or by two people, it is retired once."""
    found = server_called(code)
    if found is None or not found.by_hand:
        raise Http404
    if found.retired_at is not None:
        return redirect("staff_desk:servers")
    if reason := not_to_be_retired(desk, found):
        messages.error(request, reason)
        return _back(found)
    if request.method != "POST":
        return render(request, "staff_desk/retire_server.html", {"page": retire_page(desk, found)})
    arriving = across_customers_arriving(code, desk.house.catalog)
    try:
        retire_server(found, arriving=arriving, by=desk.actor, at=desk.at)
    except NotRetired as refused:
        messages.error(request, why_it_stays(desk, refused))
        return _back(found)
    messages.success(request, _("The server is retired."))
    return redirect("staff_desk:servers")


def _form_answer(request: HttpRequest, page: ServerFormPage, form: ServerForm) -> HttpResponse:
    return render(request, "staff_desk/server_form.html", {"page": page}, status=422 if form.errors else 200)


def _add_page(driver: str, form: ServerForm) -> ServerFormPage:
    title = _("Add a server: %(driver)s") % {"driver": driver_title(driver)}
    url = f"{reverse('staff_desk:add_server')}?driver={driver}"
    return ServerFormPage(title, url, reverse("staff_desk:add_server"), driver, form)


def _choose_page() -> ServerFormPage:
    url = reverse("staff_desk:add_server")
    choices = tuple(DriverChoice(name, driver_title(name), f"{url}?driver={name}") for name in drivers())
    return ServerFormPage(_("Add a server"), url, reverse("staff_desk:servers"), choices=choices)


def _server(code: str) -> Server:
    return servers_of_ours().select_related("health", "circuit").get(code=code)


def _say(request: HttpRequest, health: ServerHealth) -> None:
    if health.problem:
        messages.warning(request, f"{health_word(health.problem)}. {health.last_error}")
    else:
        messages.success(request, _("It answers as it should."))


def _back(found: Server) -> HttpResponse:
    return redirect("staff_desk:server", found.code)
