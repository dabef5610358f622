"""Keeping secrets out of the logs: by the name of the field, and by its look in a sentence."""

import re
from collections.abc import MutableMapping
from typing import Any

HIDDEN = "[hidden]"
SECRET_NAMES = re.compile(
    r"pass(word|wd|phrase)|secret|token|authori[sz]ation|cookie|credential|api_?key|private_?key|session_?key"
    r"|csrf|signature|card_?number|cvc|cvv|pin$|encryption|fernet",
    re.IGNORECASE,
)
IN_A_SENTENCE = (
    # key=value and key: value
    re.compile(
        r"""(?ix)\b((?:[\w-]*(?:password|passwd|secret|token|api[_-]?key|credential|cvc|cvv)[\w-]*)["']?\s*[:=]\s*["']?)
        [^\s"'&,;})]+"""
    ),
    # the header of a request
    re.compile(r"(?i)\b(authorization[\"']?\s*[:=]\s*[\"']?(?:(?:bearer|basic|whm|token)\s+)?)[^\s\"',;})]+"),
    re.compile(r"(?i)\b((?:bearer|basic|whm)\s+)[\w.~+/:=-]{8,}"),
    # the password of an address
    re.compile(r"(://[^\s:/@]*:)[^\s@/]+(?=@)"),
    # a token of ours, or of Fernet
    re.compile(r"()\bgAAAA[\w=-]{20,}"),
)


def hide_secrets(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A processor of structlog: the same event, with every secret replaced."""
    for name, value in event.items():
        event[name] = _hidden(name, value)
    return event


def _hidden(name: str, value: object) -> object:
    if SECRET_NAMES.search(name):
        return HIDDEN
    if isinstance(value, dict):
        return {key: _hidden(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden("", inner) for inner in value]
    if isinstance(value, str):
        return without_secrets(value)
    return value


def without_secrets(sentence: str) -> str:
    """The sentence with what looks like a secret replaced."""
    for pattern in IN_A_SENTENCE:
        sentence = pattern.sub(rf"\1{HIDDEN}", sentence)
    return sentence
