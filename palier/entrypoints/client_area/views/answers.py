"""How views answer: with a page, with the part of a page that a script asked for, or with "see there"."""

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import get_language

#: The header in which a script names the part of the page that it wants.
PART = "X-Part"


class SeeOther(HttpResponseRedirect):
    """After an act: a page to read, by GET."""

    status_code = 303


def page_answer(request: HttpRequest, template: str, page: Any, status: int = 200) -> HttpResponse:
    return render(request, f"client_area/{template}", {"page": page}, status=status)


def asks_for(request: HttpRequest, part: str) -> bool:
    return request.headers.get(PART) == part


def live_answer(request: HttpRequest, template: str, part: str, page: Any) -> HttpResponse:
    """A page of which a script asks for `part` again and again: told nothing when nothing has changed.

    The tag is of the page's value, not of its markup, whose protection tokens are always new.
    """
    if not asks_for(request, part):
        response = page_answer(request, template, page)
    else:
        said = f"{get_language()}:{page!r}"
        tag = f'"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'
        if tag in parse_etags(request.headers.get("If-None-Match", "")):
            response = HttpResponseNotModified()
        else:
            response = page_answer(request, f"_{part}_part.html", page)
        response.headers["ETag"] = tag
    patch_vary_headers(response, (PART,))
    return response
