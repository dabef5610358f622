"""The demo's mail server."""

import smtplib
import subprocess
import sys
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.running import eventually, free_port

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def sink(tmp_path):
    port = free_port(18025)
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "palier.entrypoints.demo.mail_sink",
            "--port",
            str(port),
            "--directory",
            tmp_path / "mail",
        ],
        cwd=ROOT,
    )

    def connect():
        return smtplib.SMTP("127.0.0.1", port, timeout=5)

    eventually(lambda: connect().noop())
    yield connect, tmp_path / "mail"
    process.terminate()
    assert process.wait(10) == 0


def test_each_message_is_kept_in_the_order_of_arrival_with_its_recipients(sink):
    connect, directory = sink
    with connect() as server:
        for subject in ("Première", "Deuxième"):
            message = EmailMessage()
            message["Subject"] = subject
            message["From"] = "palier@localhost"
            message["To"] = "alice@boreale.example"
            message.set_content("Pleinement opérationnel\n")
            server.send_message(message)
    files = sorted(directory.glob("*.eml"))
    kept = [message_from_bytes(path.read_bytes()) for path in files]
    assert [message["X-Envelope-To"] for message in kept] == ["alice@boreale.example"] * 2
    assert "Pleinement" in kept[0].get_payload(decode=True).decode()
    assert len(list(directory.iterdir())) == 2
