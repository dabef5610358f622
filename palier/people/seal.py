"""Secrets at rest: sealed with a key that is not in the database, and never logged.

Keys come from `settings.PALIER_KEYS`, newest first (MultiFernet): a sealed text names its key's fingerprint, so that
`palier doctor` can say which rows still wait for a new key.
"""

import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class CannotUnseal(Exception):
    """No key we have opens this secret; put the key it names back in the key file."""


def sealed(secret: str) -> str:
    """`secret` encrypted with the newest key, as `fingerprint:token`."""
    keys = _keys()
    return f"{_fingerprint(keys[0])}:{_box(keys).encrypt(secret.encode()).decode()}"


def unsealed(text: str) -> str:
    """The secret. Raises `CannotUnseal`, which names the key that is missing and never the secret."""
    fingerprint, _, token = text.partition(":")
    try:
        return _box(_keys()).decrypt(token.encode()).decode()
    except InvalidToken:
        raise CannotUnseal(f"the sealing key {fingerprint} is not among those we have") from None


def _keys() -> tuple[str, ...]:
    return tuple(settings.PALIER_KEYS)


@lru_cache
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def _fingerprint(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:8]
