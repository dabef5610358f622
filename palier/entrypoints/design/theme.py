"""Light, dark, or as the system says: a choice kept in a cookie, made without script."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from palier.entrypoints.design.going_back import address_to_go_back_to

COOKIE = "palier_theme"
THEMES = ("auto", "light", "dark")
A_YEAR = 365 * 24 * 3600


def theme_of(request: HttpRequest) -> str:
    chosen = request.COOKIES.get(COOKIE, "auto")
    return chosen if chosen in THEMES else "auto"


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    response = HttpResponseRedirect(address_to_go_back_to(request))
    chosen = request.POST.get("theme")
    if chosen in THEMES:
        response.set_cookie(
            COOKIE, chosen, max_age=A_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True
        )
    return response
