"""Signed call-backs: HMAC-SHA256 over the instant, the report's id and the exact bytes of the body.

Standard library only, for the server that signs and the driver that reads share it.
"""

import hashlib
import hmac

ID_HEADER = "palier-card-id"
TIMESTAMP_HEADER = "palier-card-timestamp"
SIGNATURE_HEADER = "palier-card-signature"


def signature(secret: str, timestamp: int, report_id: str, body: bytes) -> str:
    """`v1=` and the hexadecimal digest. `timestamp` is in seconds since 1970, UTC."""
    signed = f"{timestamp}.{report_id}.".encode() + body
    return "v1=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def is_signed(secret: str, timestamp: int, report_id: str, body: bytes, claimed: str) -> bool:
    """Compared in constant time, as bytes, since a claimed signature may hold anything."""
    return hmac.compare_digest(signature(secret, timestamp, report_id, body).encode(), claimed.encode())
