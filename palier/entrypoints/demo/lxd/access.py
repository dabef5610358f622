"""How to talk to a LXD that another process has started, in a file that only its owner can read."""

import json
from dataclasses import asdict
from pathlib import Path

from palier.entrypoints.demo.lxd.certificates import Identity, write_private
from palier.entrypoints.demo.lxd.daemon import Access


def tell(file: Path, access: Access) -> None:
    """All at once, so that whoever waits for the file never reads half of it."""
    draft = file.with_suffix(".draft")
    write_private(draft, json.dumps(asdict(access)))
    draft.replace(file)


def told(file: Path) -> Access | None:
    """None while no LXD runs."""
    try:
        found = json.loads(file.read_text())
    except FileNotFoundError:
        return None
    return Access(found["url"], found["certificate"], Identity(**found["client"]))
