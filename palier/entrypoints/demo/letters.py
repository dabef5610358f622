"""The letters that the demo's mail server has caught: one file each, the newest first."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from django.conf import settings

NAME = re.compile(r"\d{20}-\d{4}")
SHOWN = 100


@dataclass(frozen=True)
class Letter:
    """`caught_at` is real time, whatever the demo's clock says; it is in the name of the file."""

    name: str
    to: str
    sender: str
    title: str
    language: str
    caught_at: datetime
    text: str
    html: str


def names() -> list[str]:
    """Of every letter there is, the newest first."""
    found = (path.stem for path in settings.DEMO_MAIL_DIR.glob("*.eml"))
    return sorted((name for name in found if NAME.fullmatch(name)), reverse=True)


def letters() -> list[Letter]:
    """The last ones."""
    read = (letter(name) for name in names()[:SHOWN])
    return [one for one in read if one is not None]


def letter(name: str) -> Letter | None:
    """None for a name that is no letter's, or that is gone."""
    if not NAME.fullmatch(name):
        return None
    try:
        written = Path(settings.DEMO_MAIL_DIR / f"{name}.eml").read_bytes()
    except FileNotFoundError:
        return None
    message = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(written)
    return Letter(
        name=name,
        to=str(message["To"] or message["X-Envelope-To"] or ""),
        sender=str(message["From"] or ""),
        title=str(message["Subject"] or ""),
        language=str(message["Content-Language"] or ""),
        caught_at=datetime.fromtimestamp(int(name.partition("-")[0]) / 1e9, UTC),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body(preferencelist=(kind,))
    return str(body.get_content()) if body is not None else ""
