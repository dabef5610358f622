"""The containers of the demo: a LXD in a process of its own, for as long as the run lasts.

    python -m config.supervisor.lxd_process --port 8443 --folder /var/tmp/palier-lxd-1234 --access FILE

While it runs, FILE says how to talk to it, and only its owner can read that. Containers outlive it: they are stopped
with it, and start again as they were.
"""

import argparse
import signal
import sys
import threading
from pathlib import Path

from config.processes import dies_with_parent, leave_with_parent
from palier.entrypoints.demo.lxd.access import tell
from palier.entrypoints.demo.lxd.daemon import STOP, CannotStart, Lxd

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
    lxd = Lxd(asked.folder, asked.port, dies_with_parent(STOP))
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


if __name__ == "__main__":
    sys.exit(main())
