"""Where one is in a long list."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page

from palier.entrypoints.design.parts import Paging


def paging_of(shown: "Page[Any]", address: str, asked: Mapping[str, str]) -> Paging | None:
    """Nothing for a list of one page. `asked` is what the address asks for besides the page."""
    if shown.paginator.num_pages < 2:
        return None

    def url(number: int) -> str:
        return f"{address}?{urlencode({**asked, 'page': number})}"

    return Paging(
        shown.number,
        shown.paginator.num_pages,
        url(shown.previous_page_number()) if shown.has_previous() else "",
        url(shown.next_page_number()) if shown.has_next() else "",
    )
