"""The two secrets of an installation: Django's signing key, and the keys that encrypt secrets at rest.

They come from the environment (PALIER_SECRET_KEY, PALIER_KEYS), or else from the file `var/keys`, which
is written once, readable by its owner only. The first encryption key encrypts; all of them decrypt. A process reads
the file again when it has changed, so that a new key is everybody's at once and an old one can be dropped.
"""

import os
import secrets
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO

from cryptography.fernet import Fernet

from config import environment
from config.locks import lock


@dataclass(frozen=True)
class Keys:
    secret_key: str
    encryption_keys: tuple[str, ...]

    @property
    def written(self) -> str:
        return "\n".join((self.secret_key, *self.encryption_keys)) + "\n"


def find(var: Path) -> Keys:
    """The keys from the environment, completed from the file, which is written when it is needed."""
    secret_key = environment.text("PALIER_SECRET_KEY")
    encryption_keys = tuple(environment.words("PALIER_KEYS"))
    if secret_key and encryption_keys:
        return Keys(secret_key, encryption_keys)
    kept = _read_or_write(var / "keys")
    return Keys(secret_key or kept.secret_key, encryption_keys or kept.encryption_keys)


def at_hand(var: Path) -> tuple[str, ...]:
    """The encryption keys of this moment, the newest first."""
    return tuple(environment.words("PALIER_KEYS")) or _read_or_write(var / "keys").encryption_keys


def add(var: Path) -> bool:
    """Put a new encryption key first in the file. False, and nothing done, where the environment has the keys."""
    if environment.words("PALIER_KEYS"):
        return False
    path = var / "keys"
    with closing(_alone(var)):
        kept = _read_or_write(path)
        _replace(path, Keys(kept.secret_key, (_new_key(), *kept.encryption_keys)))
    return True


def keep_only(var: Path, wanted: Collection[str]) -> bool:
    """Drop every other encryption key but the newest. False, and nothing done, where the environment has them."""
    if environment.words("PALIER_KEYS"):
        return False
    path = var / "keys"
    with closing(_alone(var)):
        kept = _read(path)
        newest, *older = kept.encryption_keys
        _replace(path, Keys(kept.secret_key, (newest, *(key for key in older if key in wanted))))
    return True


def _read_or_write(path: Path) -> Keys:
    try:
        return _read(path)
    except FileNotFoundError:
        _write_once(path)
        return _read(path)


def _read(path: Path) -> Keys:
    found = path.stat()
    return _read_as_of(path, found.st_ino, found.st_mtime_ns)


@lru_cache(maxsize=8)
def _read_as_of(path: Path, _inode: int, _changed_at: int) -> Keys:
    secret_key, *encryption_keys = path.read_text().split()
    return Keys(secret_key, tuple(encryption_keys))


def _write_once(path: Path) -> None:
    """Two processes may start at once, and the first one wins."""
    draft = _draft(path, Keys(secrets.token_urlsafe(48), (_new_key(),)))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _replace(path: Path, keys: Keys) -> None:
    _draft(path, keys).replace(path)


def _draft(path: Path, keys: Keys) -> Path:
    """Complete on the disk before it is anybody's: a key that sealed something is never lost with the power."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(opened, "w") as file:
        file.write(keys.written)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _alone(var: Path) -> IO[str]:
    """Of two that change the keys at once, the second one sees what the first has written."""
    held = lock(var, "keys.lock", exclusive=True, wait=True)
    assert held is not None
    return held


def _new_key() -> str:
    return Fernet.generate_key().decode()
