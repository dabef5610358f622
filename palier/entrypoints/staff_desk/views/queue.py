"""The queue."""

from typing import get_args

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from palier.entrypoints.staff_desk.access import Desk, for_staff
from palier.entrypoints.staff_desk.filled.queue import queue_page
from palier.work.queries import Part


@require_safe
@for_staff
def queue(request: HttpRequest, desk: Desk) -> HttpResponse:
    asked = request.GET.get("part", "all")
    part: Part = asked if asked in get_args(Part) else "all"  # type: ignore[assignment]
    page = queue_page(desk, part, request.GET.get("page", "1"))
    return render(request, "staff_desk/queue.html", {"page": page})
