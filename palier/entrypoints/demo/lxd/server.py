"""The containers of the demo: a LXD in a process of its own, for as long as the run lasts.

    python -m palier.entrypoints.demo.lxd.server --port 8443 --folder /var/tmp/palier-lxd-1234 --access FILE

While it runs, FILE says how to talk to it, and only its owner can read that. Containers outlive it: they are stopped
with it, and start again as they were.
"""

import argparse
import json
import signal
import sys
import threading
from dataclasses import asdict
from pathlib import Path

from config.database.owner import write_secret
from config.processes import leave_with_parent
from palier.entrypoints.demo.lxd.certificates import Identity
from palier.entrypoints.demo.lxd.daemon import Access, CannotStart, Lxd

LOOK_EVERY = 0.5


def main() -> int:
    reading = argparse.ArgumentParser()
    reading.add_argument("--port", type=int, required=True)
    reading.add_argument("--folder", type=Path, required=True)
    reading.add_argument("--access", type=Path, required=True)
    asked = reading.parse_args()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    leave_with_parent()
    lxd = Lxd(asked.folder, asked.port)
    try:
        tell(asked.access, lxd.start())
        while not stopping.wait(LOOK_EVERY) and not lxd.has_ended:
            pass
        return 0 if stopping.is_set() else 1
    except CannotStart as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        asked.access.unlink(missing_ok=True)
        lxd.stop()


def tell(file: Path, access: Access) -> None:
    """All at once, so that whoever waits for the file never reads half of it."""
    draft = file.with_suffix(".draft")
    write_secret(draft, json.dumps(asdict(access)))
    draft.replace(file)


def told(file: Path) -> Access | None:
    """None while no LXD runs."""
    try:
        found = json.loads(file.read_text())
    except FileNotFoundError:
        return None
    return Access(found["url"], found["certificate"], Identity(**found["client"]))


if __name__ == "__main__":
    sys.exit(main())
