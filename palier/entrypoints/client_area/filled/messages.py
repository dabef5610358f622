"""What was written to the member: the list, and one message."""

from uuid import UUID

from django.core.paginator import Paginator
from django.utils.translation import gettext as _

from palier.entrypoints.client_area.access import Client
from palier.entrypoints.client_area.addresses import to
from palier.entrypoints.client_area.filled.paging import paging
from palier.entrypoints.client_area.pages.messages import MessagePage, MessagesPage
from palier.entrypoints.client_area.pages.parts import MessageRow, crumbs
from palier.entrypoints.design.parts import Crumb
from palier.notices.links import VIEWS, address
from palier.notices.models import Notice
from palier.notices.queries import notice_of, notices_of

MANY = 30


def messages_page(client: Client, number: str) -> MessagesPage:
    page = Paginator(notices_of(client.customer_id, client.member.user_id), MANY).get_page(number)
    return MessagesPage(
        now=client.at,
        messages=tuple(message_row(notice) for notice in page),
        paging=paging(page, "messages"),
        crumbs=crumbs(Crumb(_("Messages")), section=""),
    )


def message_row(notice: Notice) -> MessageRow:
    return MessageRow(to("message", notice.id), notice.title, notice.written_at, notice.read_at is not None)


def message_page(client: Client, notice_id: UUID) -> MessagePage:
    """Raises `Notice.DoesNotExist`, for anybody else's too."""
    notice = notice_of(client.customer_id, client.member.user_id, notice_id)
    labels = {
        "plan_change": _("Follow the change"),
        "invoice": _("See the invoice"),
        "subscription": _("See the service"),
        "cancellation": _("See the request"),
    }
    return MessagePage(
        subject=notice.title,
        text=notice.text,
        written_at=notice.written_at,
        to_address=notice.to_address,
        language=notice.language,
        url=address(notice.subject_kind, notice.subject_id) if notice.subject_kind in VIEWS else "",
        link=labels.get(notice.subject_kind, ""),
        read_url="" if notice.read_at else to("read_message", notice.id),
        crumbs=crumbs(Crumb(notice.title), section="messages"),
    )
