"""Take an item, let it go, give it to a colleague, note something on it, close it. The caller holds the item's lock."""

from datetime import datetime

from palier.events.record import Actor
from palier.people.models import User
from palier.work.models import WorkItem, WorkNote


class Taken(Exception):
    """Someone else has it; `by` says who."""

    def __init__(self, by: User) -> None:
        super().__init__(str(by))
        self.by = by


def take(item: WorkItem, by: User, at: datetime) -> None:
    """It is theirs now. Raises `Taken`."""
    if item.taken_by is not None and item.taken_by != by:
        raise Taken(item.taken_by)
    give(item, by, at)


def give(item: WorkItem, to: User, at: datetime) -> None:
    """Whoever had it, it is now theirs."""
    item.state, item.taken_by, item.taken_at = "taken", to, at
    item.save(update_fields=["state", "taken_by", "taken_at"])


def let_go(item: WorkItem) -> None:
    """Anyone may take it again."""
    item.state, item.taken_by, item.taken_at = "open", None, None
    item.save(update_fields=["state", "taken_by", "taken_at"])


def note(item: WorkItem, by: User, text: str, at: datetime) -> WorkNote:
    return WorkNote.objects.create(customer_id=item.customer_id, item=item, by=by, text=text, at=at)


def close(item: WorkItem, *, state: str, by: Actor, at: datetime) -> None:
    """`done`, or `cancelled` when it came to nothing to do."""
    item.state, item.closed_at = state, at
    item.closed_by_id = by.id if by.kind == "staff" else None
    item.save(update_fields=["state", "closed_by", "closed_at"])
