"""Compare every service with its panel once a day, a few of each server at a time."""

import time
from datetime import datetime

from palier.events.alone import alone
from palier.reconciliation.reconcile import FRESH
from palier.reconciliation.side_by_side import EVERY, Run, compare_side_by_side, lines_before
from palier.subscriptions.bill_period import House

#: Of one server, a run takes no more than this, and begins nothing after so many seconds; the next one goes on.
A_RUN, RUN_SECONDS = 5000, 240.0
_LOCK = b"compare"


def compare_due(house: House, at: datetime) -> int:
    """How many were compared; none while another run is under way, in any worker. Call it outside a transaction."""
    with alone(_LOCK) as is_alone:
        if not is_alone:
            return 0
        run = Run(house, at, before=at - EVERY, fresh=FRESH, ends_at=time.monotonic() + RUN_SECONDS)
        return compare_side_by_side(lines_before(run.before, A_RUN), run)
