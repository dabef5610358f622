"""The letters caught: list, letter, and the letter's own HTML in a frame that can do nothing."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from palier.entrypoints.demo.filled.letters import letter_page, letters_page
from palier.entrypoints.demo.letters import Letter, letter
from palier.entrypoints.demo.views.only import demo_only
from palier.entrypoints.demo.views.welcome import speak_first

#: Styles only, which mail cannot do without: no script, no picture from elsewhere, no form, and no origin of its own.
POLICY_OF_A_LETTER = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation"
)
#: As on every page, and a frame from here.
POLICY_OF_THE_PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)


@demo_only
@require_safe
@never_cache
def mail(request: HttpRequest) -> HttpResponse:
    speak_first(request)
    return render(request, "demo/mail.html", {"page": letters_page()})


@demo_only
@require_safe
def read(request: HttpRequest, name: str) -> HttpResponse:
    speak_first(request)
    response = render(request, "demo/letter.html", {"page": letter_page(_found(name))})
    response["Content-Security-Policy"] = POLICY_OF_THE_PAGE
    return response


@demo_only
@require_safe
@xframe_options_sameorigin
def html(request: HttpRequest, name: str) -> HttpResponse:
    # A letter's links lead out of the frame: our pages refuse to be shown in one.
    written = _found(name).html.replace("<head>", '<head><base target="_top">', 1)
    response = HttpResponse(written)
    response["Content-Security-Policy"] = POLICY_OF_A_LETTER
    return response


def _found(name: str) -> Letter:
    found = letter(name)
    if found is None:
        raise Http404
    return found
