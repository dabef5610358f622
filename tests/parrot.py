"""A machine that refuses everything, and repeats in its refusal all that it was told: headers, address and body."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote_plus


@contextmanager
def running_parrot(status: int = 200) -> Iterator[str]:
    """Its address. A refusal is one of WHM's by its body, with this HTTP status."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            heard = f"{dict(self.headers)} {unquote_plus(self.path)} {unquote_plus(body)}"
            # The end of what it heard comes first: a reason is cut to its first 300 characters.
            reason = " ".join(reversed(heard.split()))
            said = json.dumps({"metadata": {"result": 0, "reason": reason}, "error": reason}).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_POST = do_GET

        def log_message(self, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
