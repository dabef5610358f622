"""Remember that a notice was read."""

from datetime import datetime
from uuid import UUID

from palier.notices.models import Notice


def mark_read(customer_id: UUID, user_id: UUID, notice_id: UUID, *, at: datetime) -> None:
    """The first time counts. Does nothing for somebody else's notice."""
    unread = Notice.objects.filter(customer_id=customer_id, user_id=user_id, id=notice_id, read_at=None)
    unread.update(read_at=at)
