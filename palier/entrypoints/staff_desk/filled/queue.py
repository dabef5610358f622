"""The queue: one page of its items, with what each is about and what the client knows of it."""

from collections.abc import Mapping
from uuid import UUID

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import pgettext

from palier.entrypoints.staff_desk.access import Desk
from palier.entrypoints.staff_desk.filled.paging import paging_of
from palier.entrypoints.staff_desk.filled.reasons import reason_of
from palier.entrypoints.staff_desk.filled.servers import server_alerts
from palier.entrypoints.staff_desk.names import label_of, what_to_do
from palier.entrypoints.staff_desk.pages.queue import Part, QueuePage, QueueRow
from palier.notices.models import Notice
from palier.notices.told import across_customers_last_told
from palier.plan_changes.models import PlanChange
from palier.plan_changes.queries import across_customers_changes
from palier.work import queries
from palier.work.models import WorkItem

ITEMS_PER_PAGE = 50


def queue_page(desk: Desk, part: queries.Part, number: str) -> QueuePage:
    """The same few statements however much waits."""
    counts = queries.across_customers_counts(desk.user, desk.at)
    shown = Paginator(queries.across_customers_queue(part, desk.user), ITEMS_PER_PAGE).get_page(number)
    items = list(shown)
    changes = across_customers_changes(
        [item.subject_id for item in items if item.subject_kind == "plan_change"]
    )
    told = across_customers_last_told([(item.customer_id, item.subject_id) for item in items])
    address = reverse("staff_desk:queue")
    return QueuePage(
        now=desk.at,
        items=tuple(_row(desk, item, changes, told) for item in items),
        parts=(
            Part("all", pgettext("queue", "All"), counts.all, address),
            Part("mine", pgettext("queue", "Mine"), counts.mine, f"{address}?part=mine"),
            Part("free", pgettext("queue", "Free"), counts.free, f"{address}?part=free"),
        ),
        open_count=counts.all,
        overdue_count=counts.overdue,
        shown=part,
        paging=paging_of(shown, address, {"part": part}),
        servers=server_alerts(desk),
    )


def _row(
    desk: Desk, item: WorkItem, changes: Mapping[UUID, PlanChange], told: Mapping[UUID, Notice]
) -> QueueRow:
    change, notice = changes.get(item.subject_id), told.get(item.subject_id)
    key = [item.customer_id, item.id]
    return QueueRow(
        url=reverse("staff_desk:item", args=key),
        what=what_to_do(item, change, desk.names),
        reason=reason_of(item, change, desk.names),
        customer_name=item.customer.name,
        customer_url=reverse("staff_desk:customer", args=[item.customer_id]),
        label=label_of(item, change),
        opened_at=item.opened_at,
        promised_by=item.promised_by,
        is_overdue=item.promised_by is not None and item.promised_by < desk.at,
        told=notice.title if notice else "",
        told_at=notice.written_at if notice else None,
        taken_by=str(item.taken_by) if item.taken_by else "",
        is_mine=item.taken_by == desk.user,
        take_url="" if item.taken_by else reverse("staff_desk:take", args=key),
    )
