"""The HTTP of the demo servers: standard library only, so that they start at once."""

import hmac
import json
import signal
import socketserver
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import FrameType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

LARGEST_BODY = 1_000_000


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    def json(self) -> dict[str, Any]:
        """The body's JSON object. Raises NotUnderstood."""
        try:
            found = json.loads(self.body or b"{}")
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise NotUnderstood("The body must be a JSON object.")
        return found

    @property
    def address(self) -> str:
        return f"http://{self.headers.get('host', '127.0.0.1')}"

    def is_authorized(self, expected: str) -> bool:
        return hmac.compare_digest(self.headers.get("authorization", "").encode(), expected.encode())

    def language(self, wanted: str = "") -> str:
        """ "fr" or "en": as the address asks, else as wanted, else the browser's."""
        asked = self.query.get("lang") or wanted or self.headers.get("accept-language", "")
        return "en" if asked.strip().lower().startswith("en") else "fr"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


class Dropped(Exception):
    """Close the connection and say nothing."""


class NotUnderstood(Exception):
    """The request makes no sense; the message says why."""


def json_answer(
    found: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> Answer:
    return Answer(status, json.dumps(found, ensure_ascii=False).encode(), headers=headers or {})


def see_other(address: str) -> Answer:
    return Answer(303, headers={"Location": address})


def serve(name: str, host: str, port: int, answer: Callable[[Request], Answer]) -> None:
    """Answer until told to stop. Port 0 takes a free one; the address is the last word printed."""

    class Handler(_Handler):
        answering = staticmethod(answer)

    signal.signal(signal.SIGTERM, _stop)
    try:
        with _Server((host, port), Handler) as server:
            sys.stdout.write(f"{name}: http://{host}:{server.server_address[1]}\n")
            sys.stdout.flush()
            server.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        return


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def server_bind(self) -> None:
        # Not HTTPServer's: it asks the name service who we are, which can take seconds.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Palier-demo"
    sys_version = ""
    wbufsize = -1  # one write for head and body
    disable_nagle_algorithm = True
    answering: Callable[[Request], Answer]

    def _answer(self) -> None:
        try:
            answer = self.answering(self._request())
        except Dropped:
            self.close_connection = True
            return
        except NotUnderstood as error:
            answer = json_answer({"error": str(error)}, 400)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        for header, value in answer.headers.items():
            self.send_header(header, value)
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_DELETE = _answer

    def _request(self) -> Request:
        length = self.headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > LARGEST_BODY:
            raise NotUnderstood("The body is too large, or of unknown length.")
        parts = urlsplit(self.path)
        return Request(
            method=self.command,
            path=parts.path,
            query=dict(parse_qsl(parts.query)),
            headers={header.lower(): value for header, value in self.headers.items()},
            body=self.rfile.read(int(length)),
        )

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: addresses carry sessions."""
