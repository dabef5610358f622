"""The certificate of a client that a LXD trusts."""

import base64
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LASTS = timedelta(days=3650)


@dataclass(frozen=True)
class Identity:
    """Both in PEM; the key is a secret."""

    certificate: str
    key: str

    @property
    def base64_der(self) -> str:
        """The certificate as LXD is told whom to trust."""
        der = x509.load_pem_x509_certificate(self.certificate.encode()).public_bytes(
            serialization.Encoding.DER
        )
        return base64.b64encode(der).decode()


def new_identity(name: str, certificate: Path, key: Path) -> Identity:
    """The one that is in these files, or a new one put there."""
    if not certificate.exists():
        made = made_identity(name)
        write_private(key, made.key)
        certificate.write_text(made.certificate)
    return Identity(certificate.read_text(), key.read_text())


def write_private(path: Path, secret: str) -> None:
    """A file that only its owner can read, from its first moment."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secret)


def made_identity(name: str) -> Identity:
    key = ec.generate_private_key(ec.SECP384R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + LASTS)
        .sign(key, hashes.SHA384())
    )
    pem = serialization.Encoding.PEM
    kept = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Identity(certificate.public_bytes(pem).decode(), kept.decode())
