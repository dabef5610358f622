"""Which certificate of a machine is believed: the pinned one and no other, or those that an authority vouches for.

A panel mostly shows a certificate that it has signed itself, for a name that is not the one we call. Pinning it is
stronger than any authority: that very certificate is believed, whatever name it bears, for as long as it is valid,
and nothing else is. There is no way to believe everything.
"""

import re
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit

import certifi
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

REACH_SECONDS = 5.0


class NotACertificate(Exception):
    """What is pinned is not a certificate in PEM."""


@lru_cache(maxsize=512)
def trusting(pinned: str = "") -> ssl.SSLContext:
    """The context of a connection. `pinned` is one certificate in PEM; empty: the system's authorities and Mozilla's.

    Made once for each: reading the authorities costs more than a request. Raises `NotACertificate`.
    """
    if not pinned:
        context = ssl.create_default_context()
        context.load_verify_locations(certifi.where())
        return context
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = (
        False  # the certificate itself is recognised, not a name that somebody vouches for
    )
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        context.load_verify_locations(cadata=pinned)
    except (ssl.SSLError, ValueError) as error:
        raise NotACertificate("what is pinned is not a certificate in PEM") from error
    return context


def shown_by(url: str) -> str:
    """The certificate that a machine shows now, in PEM, whoever vouches for it: for a person to compare and pin.

    Raises `OSError` when it cannot be reached, `ValueError` when the address is not https.
    """
    return ssl.get_server_certificate(_end_of(url), timeout=REACH_SECONDS)


def _end_of(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError(f"{url} is not an https address")
    return parts.hostname, parts.port or 443


@dataclass(frozen=True, slots=True)
class Shown:
    """The certificate that a machine shows, in PEM, and why it is not believed: empty, if it is."""

    certificate: str
    distrust: str = ""


def seen_at(url: str, pinned: str = "") -> Shown:
    """What the machine shows now, and whether we believe it. Sends nothing.

    Raises `OSError` when it cannot be reached, `ValueError` when the address is not https, `NotACertificate`.
    """
    host, port = _end_of(url)
    try:
        with (
            socket.create_connection((host, port), REACH_SECONDS) as line,
            trusting(pinned).wrap_socket(line, server_hostname=host) as secure,
        ):
            shown = secure.getpeercert(binary_form=True)
    except ssl.SSLCertVerificationError as error:
        return Shown(shown_by(url), error.verify_message or "it is not trusted")
    return Shown(ssl.DER_cert_to_PEM_cert(shown or b""))


def fingerprint(pem: str) -> str:
    """What people compare: `AB:CD:...`, the SHA-256 of a certificate. Raises `NotACertificate`."""
    return _read(pem).fingerprint(SHA256()).hex(":").upper()


def same_fingerprint(one: str, other: str) -> bool:
    """However they are written: with colons or without, in capitals or not, as `SHA256:` or `SHA256 Fingerprint=`."""
    first, second = (_plain(written) for written in (one, other))
    return first == second and len(first) == 64


def _plain(written: str) -> str:
    after = re.split(r"[=\s]|sha-?256:", written.strip().lower())[-1]
    return after.replace(":", "")


def valid_until(pem: str) -> datetime:
    """The instant from which nobody should believe it. Raises `NotACertificate`."""
    return _read(pem).not_valid_after_utc


def _read(pem: str) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(pem.encode())
    except ValueError as error:
        raise NotACertificate("not a certificate in PEM") from error
