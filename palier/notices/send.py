"""Send notices by mail, each once."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from procrastinate.contrib.django import app

from palier.notices.models import Notice

#: The queue's name for "send this notice"; batch/ defines the task.
SEND = "palier.send_notice"


def queue_sending(notice: Notice) -> None:
    app.configure_task(SEND).defer(customer_id=str(notice.customer_id), notice_id=str(notice.id))


def across_customers_unsent(now: datetime) -> Iterator[Notice]:
    """Notices that should be gone by now; `now` is real time."""
    return iter(
        Notice.objects.filter(state__in=["queued", "sending"], written_at__lte=now - timedelta(minutes=1))[
            :200
        ]
    )


def send(customer_id: UUID, notice_id: UUID, at: datetime) -> None:
    """To be written."""
