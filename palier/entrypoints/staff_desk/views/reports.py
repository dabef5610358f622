"""Reports: a page for each, and the same as a file."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from palier.books.reports import REPORTS
from palier.books.reports.files import as_csv, documents_as_csv
from palier.books.reports.table import Report
from palier.books.reports.tax_documents import tax_documents
from palier.core.periods import Span
from palier.entrypoints.staff_desk.access import Desk, for_staff
from palier.entrypoints.staff_desk.days_asked import Asked, days_asked
from palier.entrypoints.staff_desk.filled.report import SLUGS, report_page

Answer = TypeVar("Answer", bound=HttpResponseBase)

#: So that a spreadsheet reads the accents.
MARK = "\ufeff"


@require_safe
@for_staff
def report(request: HttpRequest, desk: Desk, slug: str = SLUGS["trial-balance"]) -> HttpResponse:
    asked = _asked(request, desk)
    page = report_page(desk, _made(slug, asked, desk), asked)
    return render(request, "staff_desk/report.html", {"page": page})


@require_safe
@for_staff
def report_csv(request: HttpRequest, desk: Desk, slug: str) -> HttpResponse:
    """Exactly the rows of the page."""
    made = _made(slug, _asked(request, desk), desk)
    answer = HttpResponse("".join([MARK, *as_csv(made)]), content_type="text/csv; charset=utf-8")
    return _named(answer, slug, made.span)


@require_safe
@for_staff
def tax_documents_csv(request: HttpRequest, desk: Desk) -> HttpResponse:
    """However many there are: line by line."""
    span = _asked(request, desk).span
    lines = _marked(documents_as_csv(tax_documents(span)))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    return _named(answer, "documents", span)  # type: ignore[return-value]


def _asked(request: HttpRequest, desk: Desk) -> Asked:
    return days_asked(request.GET.dict(), desk.on)


def _made(slug: str, asked: Asked, desk: Desk) -> Report:
    codes = {written: code for code, written in SLUGS.items()}
    if slug not in codes:
        raise Http404
    return REPORTS[codes[slug]](asked.span, desk.house.provider.zone)


def _marked(lines: Iterable[str]) -> Iterator[str]:
    yield MARK
    yield from lines


def _named(answer: Answer, name: str, span: Span) -> Answer:
    answer["Content-Disposition"] = f'attachment; filename="{name}-{span.start_on}-{span.until_on}.csv"'
    return answer
