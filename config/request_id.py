"""One id for each request: taken from X-Request-ID when well formed, given back, and on every log line."""

import re
import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from uuid_utils.compat import uuid7

GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")
LONG_PART = re.compile(r"[^/]{49,}")

log = structlog.get_logger("palier.web")


class RequestId:
    """The outermost middleware: binds the id, then writes one line about the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if GIVEN.fullmatch(given) else uuid7().hex
        started = time.perf_counter()
        structlog.contextvars.clear_contextvars()  # this thread has answered others
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            response["X-Request-ID"] = request_id
            self._write(request, response, time.perf_counter() - started)
        return response

    def _write(self, request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        """Without the query string, and without a part of the path as long as a signed token."""
        write = log.debug if request.path.startswith("/-/") else log.info
        write(
            "request",
            method=request.method,
            path=LONG_PART.sub("…", request.path),
            status=response.status_code,
            ms=round(seconds * 1000, 1),
        )
