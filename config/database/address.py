"""Where the database is, as Django wants to read it."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

ENGINE = "django.db.backends.postgresql"

#: A statement that a connection sends for the third time is prepared: planning the joins of a page takes PostgreSQL
#: longer than running them.
PREPARED: dict[str, Any] = {"server_side_binding": True, "prepare_threshold": 2}


def settings_from_url(url: str) -> dict[str, Any]:
    """Django's settings for `postgresql://user:password@host:port/name?sslmode=require`."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            "DATABASE_URL: Palier needs PostgreSQL, write postgresql://user:password@host/name"
        )
    return _settings(
        name=unquote(parts.path.lstrip("/")),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=parts.hostname or "",
        port=parts.port or "",
        options=dict(parse_qsl(parts.query)),
    )


def settings_of_embedded(directory: Path) -> dict[str, Any]:
    """Django's settings for the embedded server, from the small file in which it says where it listens.

    Before its first start there is no such file; then the port is 0 and nothing can connect.
    """
    try:
        told = json.loads((directory / "server.json").read_text())
        password = (directory / "password").read_text().strip()
    except FileNotFoundError:
        told, password = {"host": "127.0.0.1", "port": 0}, ""
    return _settings("palier", "palier", password, told["host"], told["port"], {})


def _settings(
    name: str, user: str, password: str, host: str, port: int | str, options: dict[str, str]
) -> dict[str, Any]:
    return {
        "ENGINE": ENGINE,
        "NAME": name,
        "USER": user,
        "PASSWORD": password,
        "HOST": host,
        "PORT": str(port),
        "OPTIONS": {**PREPARED, **options},
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
