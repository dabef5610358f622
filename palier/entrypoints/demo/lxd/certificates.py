"""The certificate of a client that a LXD trusts."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from config.database.owner import write_secret

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
        write_secret(key, made.key)
        certificate.write_text(made.certificate)
    return Identity(certificate.read_text(), key.read_text())


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
