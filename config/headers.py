"""What every page tells the browser to refuse."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

NOTHING_OF_THE_DEVICE = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def content_security_policy(form_origins: tuple[str, ...] = ()) -> str:
    """Scripts, styles and images from here only, none inline; forms go here and where payment leads."""
    rules = {
        "default-src": ("'none'",),
        "script-src": ("'self'",),
        "style-src": ("'self'",),
        "img-src": ("'self'", "data:"),
        "font-src": ("'self'",),
        "connect-src": ("'self'",),
        "form-action": ("'self'", *form_origins),
        "frame-ancestors": ("'none'",),
        "base-uri": ("'none'",),
    }
    return "; ".join(" ".join((name, *sources)) for name, sources in rules.items())


class SecurityHeaders:
    """Adds what Django's own security middleware does not. A view that needs another rule sets it itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        form_origins = (settings.DEMO_CARD_URL,) if settings.DEMO else ()
        self.policy = content_security_policy(form_origins)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        response.headers.setdefault("Permissions-Policy", NOTHING_OF_THE_DEVICE)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        # A page shows one customer's affairs: no shared cache may keep it.
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response
