"""What staff do with an item of their queue, whatever it is about: take it, let it go, give it on, note, close it.

Each act is an event of the subject (`plan_change.taken`), in its stream, with the person as actor: whoever follows
a change reads there that someone has it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from palier.events.record import Actor, record
from palier.people.models import User
from palier.plan_changes.models import PlanChange
from palier.provisioning.models import Service
from palier.provisioning.queries import jobs_about
from palier.subscriptions.models import CancellationRequest
from palier.work.models import WorkItem
from palier.work.queries import item_of
from palier.work.take import Taken, close, give, let_go, note, take


class Closed(Exception):
    """The item was closed meanwhile: there is nothing left to do."""


@transaction.atomic
def take_item(customer_id: UUID, item_id: UUID, *, by: User, at: datetime) -> None:
    """Raises `Taken` when someone else has it, `Closed` when nobody need."""
    hold(_open_item(customer_id, item_id), by=by, at=at)


def hold(item: WorkItem, *, by: User, at: datetime) -> None:
    """Acting on a free item is taking it. The caller has locked it. Raises `Taken`."""
    if item.taken_by_id != by.id:
        take(item, by, at)
        _record(item, "taken", by, at)


@transaction.atomic
def let_go_item(customer_id: UUID, item_id: UUID, *, by: User, at: datetime) -> None:
    """Back to the queue. Raises `Taken` when it is no longer theirs, or `Closed`."""
    item = _open_item(customer_id, item_id)
    if item.taken_by is None:
        return
    if item.taken_by != by:
        raise Taken(item.taken_by)
    let_go(item)
    _record(item, "let_go", by, at)


@transaction.atomic
def give_item(
    customer_id: UUID, item_id: UUID, *, to: User, had_by: UUID | None, by: User, at: datetime
) -> None:
    """Hand it to a colleague, or take it over from one who is away.

    `had_by` is who had it when this was decided: raises `Taken` when it is someone else by now, or `Closed`.
    """
    item = _open_item(customer_id, item_id)
    if item.taken_by is not None and item.taken_by_id != had_by:
        raise Taken(item.taken_by)
    if item.taken_by_id != to.id:
        give(item, to, at)
        _record(item, "given", by, at, {"to": str(to.id)})


@transaction.atomic
def note_on_item(customer_id: UUID, item_id: UUID, *, text: str, by: User, at: datetime) -> None:
    """Read by the team only. Anyone may leave a note, on a closed item too."""
    item = item_of(customer_id, item_id, lock=True)
    note(item, by, text, at)
    _record(item, "noted", by, at)


@transaction.atomic
def close_item(customer_id: UUID, item_id: UUID, *, by: User, at: datetime) -> None:
    """It was done by hand, and no machine need try it again.

    Not for an item about a change, which ends with its change. Raises `Taken` or `Closed`.
    """
    item = _open_item(customer_id, item_id)
    if item.subject_kind == "plan_change":
        raise ValueError(f"item {item.id} ends with its change")
    hold(item, by=by, at=at)
    close(item, state="done", by=Actor("staff", by.id), at=at)
    given_up = jobs_about(customer_id, (item.subject_kind, item.subject_id)).filter(state="needs_person")
    given_up.update(state="done", ended_at=at)
    _record(item, "done_by_hand", by, at)
    if item.subject_kind == "addon":
        record(
            "addon.set_up",
            subject=("addon", item.subject_id),
            customer_id=customer_id,
            stream_id=item.subject_id,
            at=at,
            actor=Actor("staff", by.id),
        )


def _open_item(customer_id: UUID, item_id: UUID) -> WorkItem:
    item = item_of(customer_id, item_id, lock=True)
    if not item.is_open:
        raise Closed(str(item.id))
    return item


def _record(
    item: WorkItem, what: str, by: User, at: datetime, facts: Mapping[str, Any] | None = None
) -> None:
    record(
        f"{item.subject_kind}.{what}",
        subject=(item.subject_kind, item.subject_id),
        customer_id=item.customer_id,
        stream_id=_stream_of(item),
        at=at,
        actor=Actor("staff", by.id),
        facts={"item": str(item.id), **(facts or {})},
    )


def _stream_of(item: WorkItem) -> UUID | None:
    """A change is ordered in its subscription's stream; anything else in its own."""
    return subscription_about(item) if item.subject_kind == "plan_change" else None


def subscription_about(item: WorkItem) -> UUID | None:
    """The subscription whose service an item is about; none for one that is about money."""
    owned = {"customer_id": item.customer_id, "id": item.subject_id}
    if item.subject_kind in ("subscription", "addon", "renewal"):
        return item.subject_id
    if item.subject_kind == "service":
        return Service.objects.values_list("subscription_id", flat=True).get(**owned)
    if item.subject_kind in ("plan_change", "undone_change"):
        return PlanChange.objects.values_list("subscription_id", flat=True).get(**owned)
    if item.subject_kind == "cancellation_request":
        return CancellationRequest.objects.values_list("subscription_id", flat=True).get(**owned)
    return None
