"""Messages received. Reading one by GET writes nothing: that it was read is said by a POST."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from palier.entrypoints.client_area.access import Client, for_client
from palier.entrypoints.client_area.addresses import to
from palier.entrypoints.client_area.filled.messages import message_page, messages_page
from palier.entrypoints.client_area.views.answers import SeeOther, page_answer
from palier.notices.mark_read import mark_read
from palier.notices.queries import notice_of


@require_safe
@for_client
def messages(request: HttpRequest, client: Client) -> HttpResponse:
    return page_answer(request, "messages.html", messages_page(client, request.GET.get("page", "1")))


@require_safe
@for_client
def message(request: HttpRequest, client: Client, notice_id: UUID) -> HttpResponse:
    return page_answer(request, "message.html", message_page(client, notice_id))


@require_POST
@for_client
def read_message(request: HttpRequest, client: Client, notice_id: UUID) -> HttpResponse:
    notice_of(client.customer_id, client.member.user_id, notice_id)
    mark_read(client.customer_id, client.member.user_id, notice_id, at=client.at)
    return SeeOther(to("messages"))
