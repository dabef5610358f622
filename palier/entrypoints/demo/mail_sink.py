"""The demo's mail server: keeps every message it is given as a file, and delivers none.

`python -m palier.entrypoints.demo.mail_sink --port 8025 --directory var/mail`
"""

import argparse
import asyncio
import contextlib
import signal
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


class Keep:
    """Writes each message under a name that sorts by its arrival; a reader never sees half of one."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.number = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.number += 1
        name = f"{time.time_ns():020d}-{self.number:04d}.eml"
        recipients = ", ".join(envelope.rcpt_tos)
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        draft = self.directory / f".{name}"
        draft.write_bytes(f"X-Envelope-To: {recipients}\r\n".encode() + content)
        draft.replace(self.directory / name)
        return "250 Kept"


async def serve(port: int, directory: Path, host: str = "127.0.0.1") -> None:
    """Listen until asked to stop."""
    directory.mkdir(parents=True, exist_ok=True)
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    keep = Keep(directory)
    server = await loop.create_server(lambda: SMTP(keep, hostname="palier-demo"), host, port)
    async with server:
        await stop.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description="Keep every message as a file, deliver none.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--directory", type=Path, required=True)
    arguments = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(arguments.port, arguments.directory))


if __name__ == "__main__":
    main()
