"""The two secrets of an installation: Django's signing key, and the keys that encrypt secrets at rest.

They come from the environment (PALIER_SECRET_KEY, PALIER_KEYS), or else from the file `var/keys`, which
is written once, readable by its owner only. The first encryption key encrypts; all of them decrypt.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet

from config import environment


@dataclass(frozen=True)
class Keys:
    secret_key: str
    encryption_keys: tuple[str, ...]


def find(var: Path) -> Keys:
    """The keys from the environment, completed from the file, which is written when it is needed."""
    secret_key = environment.text("PALIER_SECRET_KEY")
    encryption_keys = tuple(environment.words("PALIER_KEYS"))
    if secret_key and encryption_keys:
        return Keys(secret_key, encryption_keys)
    kept = _read_or_write(var / "keys")
    return Keys(secret_key or kept.secret_key, encryption_keys or kept.encryption_keys)


def _read_or_write(path: Path) -> Keys:
    try:
        return _read(path)
    except FileNotFoundError:
        _write(path)
        return _read(path)


def _read(path: Path) -> Keys:
    secret_key, *encryption_keys = path.read_text().split()
    return Keys(secret_key, tuple(encryption_keys))


def _write(path: Path) -> None:
    """Write complete or not at all: two processes may start at once, and the first one wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(opened, "w") as file:
        file.write(f"{secrets.token_urlsafe(48)}\n{Fernet.generate_key().decode()}\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
