"""Telling the merchant: signed reports, sent until the other side answers 2xx.

What is to be sent is in the kept state, so a killed server goes on where it was. A report may therefore arrive
twice; its id is the same, its instant and signature are new.
"""

import http.client
import json
import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from palier.drivers.gateways.signature import ID_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, signature
from palier.entrypoints.demo.kept import Kept, State

FIRST_WAIT = timedelta(seconds=0.5)
LONGEST_WAIT = timedelta(seconds=60)
ATTEMPTS = 200
ANSWER_SECONDS = 10
KEPT_DELIVERIES = 200

Found = dict[str, Any]


class Callbacks(threading.Thread):
    """One thread that delivers what is due, and sleeps until the next is."""

    def __init__(self, kept: Kept, secret: str) -> None:
        super().__init__(name="callbacks", daemon=True)
        self._kept = kept
        self._secret = secret
        self._bell = threading.Event()

    def ring(self) -> None:
        """There is something new to send."""
        self._bell.set()

    def run(self) -> None:
        while True:
            self._bell.wait(timeout=self._rest())
            self._bell.clear()
            with self._kept.reading() as state:
                due = [dict(entry) for entry in due_now(state, datetime.now(UTC))]
            for entry in due:
                said = self._send(entry)
                with self._kept.changing() as state:
                    note(state, entry, said)

    def _rest(self) -> float:
        """Seconds until something may be due."""
        with self._kept.reading() as state:
            dues = [
                datetime.fromisoformat(entry["due_at"]) for entry in state["outbox"] if is_free(state, entry)
            ]
        soonest = min(dues, default=datetime.now(UTC) + LONGEST_WAIT)
        return max(0.0, (soonest - datetime.now(UTC)).total_seconds())

    def _send(self, entry: Found) -> str:
        """What the other side said: a status, or why there was none."""
        body = json.dumps(entry["body"], ensure_ascii=False).encode()
        report_id, timestamp = entry["body"]["report_id"], int(datetime.now(UTC).timestamp())
        headers = {
            "Content-Type": "application/json",
            ID_HEADER: report_id,
            TIMESTAMP_HEADER: str(timestamp),
            SIGNATURE_HEADER: signature(self._secret, timestamp, report_id, body),
        }
        try:
            return str(posted(entry["url"], headers, body))
        except (OSError, http.client.HTTPException, ValueError) as error:
            return type(error).__name__


def posted(url: str, headers: dict[str, str], body: bytes) -> int:
    """The status of the answer to one POST, straight to its address, past any proxy."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=ANSWER_SECONDS)
    try:
        connection.request("POST", parts.path + (f"?{parts.query}" if parts.query else ""), body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def due_now(state: State, now: datetime) -> list[Found]:
    return [
        entry
        for entry in state["outbox"]
        if is_free(state, entry) and datetime.fromisoformat(entry["due_at"]) <= now
    ]


def is_free(state: State, entry: Found) -> bool:
    """False while the report that must go first is still to be delivered."""
    return all(other["entry"] != entry["after"] for other in state["outbox"])


def note(state: State, sent: Found, said: str) -> None:
    """Strike out what was delivered; put off what was not, longer each time."""
    entry = next((entry for entry in state["outbox"] if entry["entry"] == sent["entry"]), None)
    if entry is None:
        return
    entry["attempts"] += 1
    if said.startswith("2") or entry["attempts"] >= ATTEMPTS:
        state["outbox"].remove(entry)
        kept = {name: entry["body"][name] for name in ("report_id", "reference", "state")}
        done = {**kept, "attempts": entry["attempts"], "said": said, "at": datetime.now(UTC).isoformat()}
        state["delivered"] = [*state["delivered"], done][-KEPT_DELIVERIES:]
        return
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(entry["attempts"] - 1, 10))
    entry["due_at"] = (datetime.now(UTC) + wait).isoformat()
    entry["last_said"] = said
