"""Retire a server that was added by hand: it leaves every list, is looked at no more, and its secrets are forgotten.

One that the catalogue file declares is retired by removing it there (apply_catalogue.py).
"""

from datetime import datetime

from django.db import transaction

from palier.catalog import snapshot
from palier.catalog.apply import locked_version
from palier.events.record import Actor, record
from palier.provisioning.models import Server
from palier.provisioning.plans_there import sold_on
from palier.provisioning.server_load import (
    across_customers_jobs_for,
    across_customers_living_on,
    across_customers_services_on,
)


class NotRetired(Exception):
    """The server stays. `code` is one of words/servers.py, `number` how many are in the way, `plans` the codes of
    those that are sold there."""

    def __init__(self, code: str, number: int = 0, plans: tuple[str, ...] = ()) -> None:
        super().__init__(f"{code} {number or ''}".rstrip())
        self.code, self.number, self.plans = code, number, plans


def why_not_retired(server: Server, arriving: int) -> NotRetired | None:
    """What is in the way, what must be done first before the rest; nothing where it can be retired.

    `arriving` are the changes of plan under way that lead there: this room does not know them.
    """
    if not server.by_hand:
        return NotRetired("file_declares")
    if plans := sold_on(server, snapshot.current()):
        return NotRetired("plans_sold", len(plans), tuple(plan.code for plan in plans))
    counts = {
        "services_live": across_customers_living_on(server),
        "changes_arrive": arriving,
        "jobs_wait": across_customers_jobs_for(server),
    }
    return next((NotRetired(code, number) for code, number in counts.items() if number), None)


def retire_server(server: Server, *, arriving: int, by: Actor, at: datetime) -> bool:
    """False, when it was retired already. Raises `NotRetired`.

    Accounts of subscriptions that are over are taken for gone with it: nobody could ask it for them any more.
    """
    with transaction.atomic():
        locked_version()  # so that no file is applied meanwhile that sells something there
        kept = Server.objects.select_for_update().get(id=server.id)
        if kept.retired_at is not None:
            return False
        refused = why_not_retired(kept, arriving)
        if refused is not None:
            raise refused
        kept.sealed, kept.retired_at = {}, at
        kept.save(update_fields=["sealed", "retired_at"])
        across_customers_services_on(kept).update(ended_at=at)
        facts = {"code": kept.code, "driver": kept.driver}
        record("server.retired", subject=("server", kept.id), customer_id=None, at=at, actor=by, facts=facts)
    return True
