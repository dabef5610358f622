"""The page of scenarios and its buttons."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from palier.drivers.errors import DriverError
from palier.entrypoints.demo import acts
from palier.entrypoints.demo.filled.scenarios import scenarios_page
from palier.entrypoints.demo.views.only import demo_only
from palier.entrypoints.demo.views.welcome import speak_first
from palier.entrypoints.demo.world import rebuild


@demo_only
@require_safe
@never_cache
def scenarios(request: HttpRequest) -> HttpResponse:
    speak_first(request)
    return render(request, "demo/scenarios.html", {"page": scenarios_page()})


@demo_only
@require_POST
def play(request: HttpRequest, act: str) -> HttpResponse:
    speak_first(request)
    try:
        messages.success(request, acts.play(act))
    except KeyError:
        raise Http404 from None
    except DriverError:
        messages.error(request, _("The demo’s machine does not answer: is everything started with make run?"))
    return redirect("demo:scenarios")


@demo_only
@require_POST
def fill_disk(request: HttpRequest) -> HttpResponse:
    speak_first(request)
    try:
        said = acts.fill_disk(request.POST.get("account", ""), request.POST.get("gigabytes", ""))
        messages.success(request, said)
    except acts.NotPossible as sentence:
        messages.error(request, str(sentence))
    except DriverError:
        messages.error(request, _("The demo’s machine does not answer: is everything started with make run?"))
    return redirect("demo:scenarios")


@demo_only
@require_POST
def start_again(request: HttpRequest) -> HttpResponse:
    """The world as on its first day; everyone is signed out with it."""
    speak_first(request)
    if request.POST.get("sure") != "yes":
        messages.error(request, _("Tick the box to say that everything may be forgotten."))
        return redirect("demo:scenarios")
    logout(request)
    try:
        rebuild()
    except DriverError:
        messages.error(request, _("The demo’s machine does not answer: is everything started with make run?"))
        return redirect("demo:scenarios")
    return redirect("demo:welcome")
