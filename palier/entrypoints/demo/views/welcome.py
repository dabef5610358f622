"""The front page of the demo, and its doors."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from palier.entrypoints.demo.doors import DOORS, PLACES, home_of, landing, person_at
from palier.entrypoints.demo.filled.welcome import welcome_page
from palier.entrypoints.demo.views.only import demo_only
from palier.people.models import User


@demo_only
@require_safe
@never_cache
def front(request: HttpRequest) -> HttpResponse:
    """`/`: the welcome of whoever comes first, and the own page of whoever is in."""
    if isinstance(request.user, User):
        return redirect(home_of(request.user))
    return _welcome(request)


@demo_only
@require_safe
@never_cache
def welcome(request: HttpRequest) -> HttpResponse:
    return _welcome(request)


def _welcome(request: HttpRequest) -> HttpResponse:
    speak_first(request)
    return render(request, "demo/welcome.html", {"page": welcome_page(request.user)})


def speak_first(request: HttpRequest) -> None:
    """The demo speaks the provider's language until someone chooses another, whatever their browser speaks."""
    if not request.user.is_authenticated and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = settings.LANGUAGE_CODE


@demo_only
@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the cast, in the language of the page, and land where the form says."""
    speak_first(request)
    door = request.POST.get("door", "")
    if door not in DOORS:
        raise Http404
    user = person_at(door)
    if user is None:
        messages.error(request, _("There is no world yet: build one with palier demo."))
        return redirect("demo:welcome")
    user.language = translation.get_language() or settings.LANGUAGE_CODE
    user.save(update_fields=["language"])
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    place = request.POST.get("place", "")
    return redirect(landing(user, place if place in PLACES else DOORS[door].lands))
