"""The language of a page: the person's recorded choice, then the provider's; the browser's only before sign-in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.views.decorators.http import require_POST

from palier.entrypoints.design.going_back import address_to_go_back_to
from palier.entrypoints.design.theme import A_YEAR


class LanguageMiddleware(LocaleMiddleware):
    """Stands where Django's LocaleMiddleware would, but after authentication."""

    def process_request(self, request: HttpRequest) -> None:
        language = recorded_language(request)
        if language is None:
            super().process_request(request)
            return
        translation.activate(language)
        request.LANGUAGE_CODE = language


def recorded_language(request: HttpRequest) -> str | None:
    """What a signed-in person chose, or else the provider's; None before sign-in."""
    if not request.user.is_authenticated:
        return None
    known = dict(settings.LANGUAGES)
    for language in (request.user.language, request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")):
        if language in known:
            return language
    return settings.LANGUAGE_CODE


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    response = HttpResponseRedirect(address_to_go_back_to(request))
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        return response
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, chosen, max_age=A_YEAR, samesite="Lax", secure=request.is_secure()
    )
    if request.user.is_authenticated:
        request.user.language = chosen
        request.user.save(update_fields=["language"])
    return response
