"""A stand-in for a panel: a real HTTP server in a thread, told by its test how to misbehave.

A subclass answers as its system documents; this one counts, remembers every request, and keeps the bad days:
`down` hangs up, `sign_in_page` is HTML with status 200, and `timeout_after_doing` does the work and goes silent.
"""

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

SIGN_IN_PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><form></form></body></html>"
#: Longer than the tests' drivers wait.
SILENCE_SECONDS = 0.8


@dataclass(frozen=True)
class Heard:
    method: str
    path: str
    query: dict[str, str]
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def line(self) -> str:
        """What an access log keeps."""
        return f"{self.method} {self.path} {self.query}"


@dataclass(frozen=True)
class Said:
    body: bytes = b""
    status: int = 200
    content_type: str = "text/plain"
    retry_after: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    reason: str | None = None  # of the status line


class StandIn:
    #: What the contract counts: the requests that change a plan.
    url = ""

    def __init__(self) -> None:
        self.how = "ok"
        self.heard: list[Heard] = []
        self.counts = {"received": 0, "done": 0}
        self._lock = threading.RLock()

    def misbehave(self, how: str) -> None:
        self.how = how

    def act_count(self, what: str) -> int:
        return self.counts[what]

    def is_act(self, heard: Heard) -> bool:
        raise NotImplementedError

    def answer(self, heard: Heard) -> Said:
        raise NotImplementedError

    def answer_as_told(self, heard: Heard) -> Said | None:
        """None hangs up."""
        with self._lock:
            self.heard.append(heard)
            if self.how == "down":
                return None
            if self.how == "sign_in_page":
                return Said(SIGN_IN_PAGE, content_type="text/html; charset=utf-8")
            said = self.answer(heard)
        if self.how == "timeout_after_doing" and self.is_act(heard):
            time.sleep(SILENCE_SECONDS)
            return None
        return said


@contextmanager
def listening(stand_in: StandIn) -> Iterator[str]:
    """Its address, for as long as the test wants it."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            said = stand_in.answer_as_told(Heard(self.command, parts.path, query, self.headers, body))
            if said is None:
                return
            self.send_response(said.status, said.reason)
            for name, value in said.headers:
                self.send_header(name, value)
            self.send_header("Content-Type", said.content_type)
            self.send_header("Content-Length", str(len(said.body)))
            if said.retry_after:
                self.send_header("Retry-After", said.retry_after)
            self.end_headers()
            self.wfile.write(said.body)

        do_GET = do_PUT = do_DELETE = do_POST

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        stand_in.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield stand_in.url
        server.shutdown()
