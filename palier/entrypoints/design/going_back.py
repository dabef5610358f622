"""After a choice of language or theme, back to the page where it was made."""

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def address_to_go_back_to(request: HttpRequest) -> str:
    """The path the form names, or that of the referring page on this host, or the front page."""
    for address in (request.POST.get("next", ""), request.META.get("HTTP_REFERER", "")):
        if url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
            parts = urlsplit(address)
            return parts._replace(scheme="", netloc="").geturl() or "/"
    return "/"
