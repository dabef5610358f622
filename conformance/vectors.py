"""The vectors: cases in one written form, by family. `PALIER_VECTORS` names another folder of them."""

import json
import os
from pathlib import Path
from typing import Any

Vector = dict[str, Any]

CARRIED = Path(__file__).resolve().parent.parent / "tests" / "core" / "vectors"


class NoVectors(Exception):
    """The folder holds none; the message says which folder, and what is expected in it."""


def folder() -> Path:
    return Path(os.environ.get("PALIER_VECTORS") or CARRIED)


def read(families: tuple[str, ...], at: Path | None = None) -> dict[str, list[Vector]]:
    """The cases of each family that the folder has. Raises `NoVectors`."""
    place = at or folder()
    files = {family: place / f"{family}.json" for family in families}
    found = {family: json.loads(file.read_text()) for family, file in files.items() if file.exists()}
    if not any(found.values()):
        raise NoVectors(f"{place} has none of {', '.join(file.name for file in files.values())}.")
    return found
