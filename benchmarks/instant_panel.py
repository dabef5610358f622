"""A panel that answers at once: what it is told is kept in this process, and nothing is sent anywhere.

It is installed as anybody's driver is, by an entry point, in a folder that the workers find (`installed`). It notes in
the file `asked` of its options when it was first asked about an account. With `pause` among them, in seconds, it takes
as long to tell of one.
"""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from palier.core.fit import Measure
from palier.drivers.panel import Account, Capability, Done, Outcome, Panel, State, Target

_targets: dict[str, Target] = {}


class Instant(Panel):
    title = "Instant"
    capabilities: ClassVar = frozenset({Capability.INSPECT, Capability.CHANGE})
    no_secrets: ClassVar = frozenset({"asked", "pause"})

    def __init__(self, url: str, settings: Mapping[str, str]) -> None:
        self._asked, self._pause = Path(settings["asked"]), float(settings.get("pause", "0"))

    def inspect(self, account: Account) -> State:
        if self._pause:
            time.sleep(self._pause)
        found = _targets.get(account.username)
        if found is None:
            with self._asked.open("a") as file:
                file.write(f"{time.time()}\n")
        plan, limits = (found.plan, found.limits) if found else ("before", {"disk": 1024})
        return State(plan, limits, {"disk": Measure(512, datetime.now(UTC), "live")}, suspended=False)

    def change(self, account: Account, target: Target, key: str) -> Outcome:
        _targets[account.username] = target
        return Done()


def installed(folder: Path) -> Path:
    """A folder that makes it a driver for every process that has it on its path."""
    about = folder / "site" / "instant_panel-1.dist-info"
    about.mkdir(parents=True, exist_ok=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: instant-panel\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[palier.panels]\ninstant = benchmarks.instant_panel:Instant\n")
    return about.parent
