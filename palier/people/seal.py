"""Secrets at rest: sealed with a key that is not in the database, and never logged.

Keys are asked for at every use (`settings.KEYS_AT_HAND`), the newest first (MultiFernet), because `palier secrets
rotate` may have added one since this process began. A sealed text names its key's fingerprint, so that `palier
doctor` can say which rows still wait for the new one.
"""

import hashlib
from collections.abc import Collection, Mapping
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.module_loading import import_string

#: How many characters of a sealed text name its key.
FINGERPRINT = 8


class CannotUnseal(Exception):
    """No key we have opens this secret; put the key it names back in the key file."""


def sealed(secret: str) -> str:
    """`secret` encrypted with the newest key, as `fingerprint:token`."""
    keys = _keys()
    return f"{_fingerprint(keys[0])}:{_box(keys).encrypt(secret.encode()).decode()}"


def unsealed(text: str) -> str:
    """The secret. Raises `CannotUnseal`, which names the key that is missing and never the secret."""
    _, _, token = text.partition(":")
    try:
        return _box(_keys()).decrypt(token.encode()).decode()
    except InvalidToken:
        raise CannotUnseal(f"the sealing key {key_of(text)} is not among those we have") from None


def resealed(text: str) -> str:
    """The same secret, sealed with the newest key; the same text, where it is already. Raises `CannotUnseal`."""
    return text if key_of(text) == fingerprints()[0] else sealed(unsealed(text))


def key_of(text: str) -> str:
    """The fingerprint of the key that a sealed text names."""
    return text[:FINGERPRINT]


def fingerprints() -> tuple[str, ...]:
    """Of the keys we have, the newest first."""
    return tuple(_fingerprint(key) for key in _keys())


def add_key() -> bool:
    """Have a new key seal from now on. False, and nothing done, where the keys come from the environment."""
    return bool(import_string(settings.ADD_KEY)(settings.VAR))


def keep_only(wanted: Collection[str]) -> bool:
    """Drop the keys with other fingerprints, but never the newest. False where they come from the environment."""
    kept = [key for key in _keys() if _fingerprint(key) in wanted]
    return bool(import_string(settings.KEEP_ONLY_KEYS)(settings.VAR, kept))


def sealed_texts(held: str | Mapping[str, str]) -> tuple[str, ...]:
    """What a column holds that is sealed: one text, or one by name."""
    return (held,) if isinstance(held, str) else tuple(held.values())


def _keys() -> tuple[str, ...]:
    found: tuple[str, ...] = import_string(settings.KEYS_AT_HAND)(settings.VAR)
    return found


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def _fingerprint(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:FINGERPRINT]
