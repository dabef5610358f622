"""Where one is in a long list, and the addresses of the pages beside."""

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Page

from palier.entrypoints.client_area.addresses import to
from palier.entrypoints.design.parts import Paging


def paging(page: "Page[Any]", view: str, query: Mapping[str, str] | None = None) -> Paging | None:
    """None for a list of one page."""
    total = page.paginator.num_pages
    if total < 2:
        return None

    def address(number: int) -> str:
        return to(view, query={**(query or {}), "page": str(number)})

    return Paging(
        page.number,
        total,
        previous_url=address(page.number - 1) if page.has_previous() else "",
        next_url=address(page.number + 1) if page.has_next() else "",
    )
