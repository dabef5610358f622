"""The documents that a message speaks of, as files that go with it."""

from collections.abc import Iterator
from uuid import UUID

import structlog

from palier.documents.pdf import printed
from palier.documents.read import paper_of
from palier.documents.sheet import sheet
from palier.notices.models import Notice
from palier.people.models import Provider

log = structlog.get_logger()


def files_of(notice: Notice, host: Provider) -> Iterator[tuple[str, bytes]]:
    """(name, PDF) of each. One that cannot be made is left out: the message goes all the same, its button leads to
    the page. Call it outside a transaction."""
    for kind, row_id in notice.documents:
        try:
            shown = sheet(paper_of(notice.customer_id, (kind, UUID(row_id)), host))
            made = printed(shown)
        except Exception:
            log.exception("document_not_attached", document_kind=kind, document_id=row_id)
        else:
            yield shown.file_name, made
