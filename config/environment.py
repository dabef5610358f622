"""Reading the environment: one place that knows how a setting is written there.

Every name is documented in docs/reference/settings.md; a test compares the two.
"""

import json
import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

YES = {"1", "true", "yes", "on"}
NO = {"0", "false", "no", "off", ""}


_told_by_run: set[str] = set()


def listen_to_run(var: Path) -> None:
    """Let commands typed beside `palier run` find what it has chosen (demo, addresses), in `var/run.json`.

    What the environment says already stays. A run on another database than this one's has nothing to say.
    """
    try:
        run = json.loads((var / "run.json").read_text())
    except (FileNotFoundError, ValueError):
        return
    if run["database_url"] == os.environ.get("DATABASE_URL", ""):
        _told_by_run.update(name for name in run["told"] if name not in os.environ)
        os.environ.update({name: run["told"][name] for name in _told_by_run})


def given(name: str) -> str:
    """What the person who started us has written, not what the last run has chosen."""
    return "" if name in _told_by_run else os.environ.get(name, "")


def text(name: str, default: str = "") -> str:
    """The variable as it is written, or the default when it is absent or empty."""
    return os.environ.get(name) or default


def flag(name: str, default: bool = False) -> bool:
    """A yes or a no; anything else is refused rather than guessed."""
    written = os.environ.get(name)
    if written is None:
        return default
    if written.strip().lower() in YES:
        return True
    if written.strip().lower() in NO:
        return False
    raise ImproperlyConfigured(f"{name}={written!r}: write 1 or 0.")


def number(name: str, default: int) -> int:
    written = os.environ.get(name)
    if not written:
        return default
    try:
        return int(written)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={written!r}: write a whole number.") from error


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """A list separated by commas."""
    written = os.environ.get(name, "")
    return [word.strip() for word in written.split(",") if word.strip()] or list(default)
