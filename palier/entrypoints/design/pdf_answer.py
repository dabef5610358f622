"""A document as a file to keep, with the name it is known by."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from palier.documents.paper import Paper
from palier.documents.pdf import NotPrinted, printed
from palier.documents.sheet import sheet


def pdf_answer(request: HttpRequest, paper: Paper, page_url: str) -> HttpResponse:
    """The PDF; where the press fails, back to the page, which says the same and can be printed."""
    shown = sheet(paper)
    try:
        made = printed(shown)
    except NotPrinted:
        messages.error(
            request, _("The PDF could not be made. Print this page instead: it is the same document.")
        )
        return redirect(page_url)
    answer = HttpResponse(made, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{shown.file_name}"'
    return answer
