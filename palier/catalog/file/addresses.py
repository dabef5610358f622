"""Where a server is and how we sign in there. A secret is never in the file: the environment has it."""

import re
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BeforeValidator

from palier.catalog.file.known import said
from palier.drivers.certificates import NotACertificate, fingerprint

REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
#: Credentials that are no secret, and may stand in the file as they are.
NO_SECRET = frozenset({"user", "token_name", "ip", "read_seconds"})


def address(written: Any) -> str:
    """An address, or a reference to one. Raises `ValueError` with what would be right."""
    if not isinstance(written, str) or "$" in REFERENCE.sub("", written):
        raise ValueError(
            f"{said(written)} is not an address: write https://panel.example:2087 or ${{PANEL_URL}}"
        )
    if REFERENCE.match(written):
        return written
    parts = urlsplit(written)
    if parts.username or parts.password or parts.query:
        raise ValueError("an address holds no user, password or token: write them under credentials")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(
            f"{said(written)} is not an address: write https://panel.example:2087 or ${{PANEL_URL}}"
        )
    return written


def _each_with_its_name(written: Any) -> Any:
    return {name: (name, text) for name, text in written.items()} if isinstance(written, dict) else written


def _credential(pair: tuple[str, Any]) -> str:
    name, written = pair
    if not isinstance(written, str) or not written:
        raise ValueError(
            f"write ${{{name.upper()}}}, the name of a variable of the environment that holds it"
        )
    if REFERENCE.fullmatch(written) or (name in NO_SECRET and "$" not in written):
        return written
    variable = re.sub(r"\W", "_", name).upper()
    raise ValueError(
        f"a secret does not belong in a file: put it in the environment and write its name, such as ${{{variable}}}"
    )


def _certificate(written: Any) -> str:
    if not isinstance(written, str):
        raise ValueError("write the certificate in PEM: -----BEGIN CERTIFICATE-----, on lines of their own")
    try:
        fingerprint(written)
    except NotACertificate:
        raise ValueError(
            "this is no certificate in PEM: it begins with -----BEGIN CERTIFICATE----- and is a block of lines (|)"
        ) from None
    return written.strip() + "\n"


def _option(written: Any) -> str:
    if isinstance(written, bool) or not isinstance(written, str | int):
        raise ValueError(f"{said(written)} is not a text or a whole number")
    return str(written)


Address = Annotated[str, BeforeValidator(address)]
Credentials = Annotated[
    dict[str, Annotated[str, BeforeValidator(_credential)]], BeforeValidator(_each_with_its_name)
]
Certificate = Annotated[str, BeforeValidator(_certificate)]
Options = dict[str, Annotated[str, BeforeValidator(_option)]]
