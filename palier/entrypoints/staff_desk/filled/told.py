"""The messages that a client got about an item, each once however many people got it."""

from palier.entrypoints.staff_desk.pages.work_item import Told
from palier.notices.models import Notice
from palier.notices.told import told_about
from palier.work.models import WorkItem


def messages_about(item: WorkItem) -> tuple[Told, ...]:
    by_event: dict[object, list[Notice]] = {}
    for notice in told_about(item.customer_id, item.subject_id):
        by_event.setdefault(notice.event_id, []).append(notice)
    return tuple(
        Told(
            at=notices[0].written_at,
            title=notices[0].title,
            to=tuple(str(notice.user) for notice in notices),
            is_sent=all(notice.state == "sent" for notice in notices),
        )
        for notices in by_event.values()
    )
