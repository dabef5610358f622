"""Which certificate of a machine is believed: the pinned one and no other, or those that an authority vouches for.

A panel mostly shows a certificate that it has signed itself, for a name that is not the one we call. Pinning it is
stronger than any authority: that very certificate is believed, whatever name it bears, for as long as it is valid,
and nothing else is. There is no way to believe everything.
"""

import ssl
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
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError(f"{url} is not an https address")
    return ssl.get_server_certificate((parts.hostname, parts.port or 443), timeout=REACH_SECONDS)


def fingerprint(pem: str) -> str:
    """What people compare: `AB:CD:...`, the SHA-256 of a certificate. Raises `NotACertificate`."""
    try:
        found = x509.load_pem_x509_certificate(pem.encode())
    except ValueError as error:
        raise NotACertificate("not a certificate in PEM") from error
    return found.fingerprint(SHA256()).hex(":").upper()
