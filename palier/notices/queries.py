"""Reading notices. A person reads what was written to them, for the customer they act for."""

from uuid import UUID

from django.db.models import QuerySet

from palier.notices.models import Notice


def notices_of(customer_id: UUID, user_id: UUID) -> QuerySet[Notice]:
    """A member's notices, newest first, without their texts."""
    notices = Notice.objects.filter(customer_id=customer_id, user_id=user_id)
    return notices.defer("text", "html").order_by("-written_at", "-id")


def unread_count(customer_id: UUID, user_id: UUID) -> int:
    return Notice.objects.filter(customer_id=customer_id, user_id=user_id, read_at=None).count()


def notice_of(customer_id: UUID, user_id: UUID, notice_id: UUID) -> Notice:
    """One of them, whole. Raises `Notice.DoesNotExist`, for anybody else's too."""
    return Notice.objects.get(customer_id=customer_id, user_id=user_id, id=notice_id)
