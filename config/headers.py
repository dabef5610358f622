"""What every page tells the browser to refuse."""

from collections.abc import Callable
from urllib.parse import urlsplit

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


def gateway_origins() -> tuple[str, ...]:
    """Where a form that pays may be answered by sending the browser: the payment gateways' own pages."""
    addresses = (urlsplit(gateway["url"]) for gateway in settings.GATEWAYS.values() if gateway.get("url"))
    return tuple(dict.fromkeys(f"{address.scheme}://{address.netloc}" for address in addresses))


class SecurityHeaders:
    """Adds what Django's own security middleware does not.

    A view whose forms lead elsewhere too, to a panel, says so in `form_origins` of its answer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        origins = (*gateway_origins(), *getattr(response, "form_origins", ()))
        response.headers.setdefault("Content-Security-Policy", content_security_policy(origins))
        response.headers.setdefault("Permissions-Policy", NOTHING_OF_THE_DEVICE)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        # A page shows one customer's affairs: no shared cache may keep it.
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response
