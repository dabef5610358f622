"""One work item. Looking at it asks no panel: what the panel last said is shown with its moment."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from palier.entrypoints.staff_desk.access import Desk, for_staff
from palier.entrypoints.staff_desk.filled.work_item import work_item_page
from palier.work.queries import item_of


@require_safe
@for_staff
def item(request: HttpRequest, desk: Desk, customer_id: UUID, item_id: UUID) -> HttpResponse:
    page = work_item_page(desk, item_of(customer_id, item_id))
    return render(request, "staff_desk/work_item.html", {"page": page})
