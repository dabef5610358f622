"""A mail server in this process, that keeps what it takes or answers as it is told."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from palier.entrypoints.demo.mail_sink import Keep


class Moody(Keep):
    """The demo's mail sink. `recipient` and `data` are answers it gives instead; `during` is run before the next mail
    is taken."""

    recipient = ""
    data = ""
    during: Callable[[], None] | None = None

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.recipient:
            return self.recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        during, self.during = self.during, None
        if during is not None:
            await asyncio.get_running_loop().run_in_executor(None, during)
        return self.data or await super().handle_DATA(server, session, envelope)

    @property
    def mails(self) -> list[EmailMessage]:
        """What was taken, in the order of its coming."""
        files = sorted(self.directory.glob("*.eml"))
        return [BytesParser(EmailMessage, policy=default).parsebytes(file.read_bytes()) for file in files]


@contextmanager
def listening(directory: Path) -> Iterator[tuple[Moody, int]]:
    """The handler and its port."""
    handler, loop = Moody(directory), asyncio.new_event_loop()
    serving = threading.Thread(target=loop.run_forever, daemon=True)
    serving.start()
    making = loop.create_server(lambda: SMTP(handler, hostname="boreal.example"), "127.0.0.1", 0)
    server = asyncio.run_coroutine_threadsafe(making, loop).result(5)
    try:
        yield handler, server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        serving.join(5)
