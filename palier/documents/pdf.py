"""A document as a PDF/A-3b, by typst: made when it is asked for, the same bytes for the same document.

Nothing of a document is read as markup: the template shows the texts of its JSON, and may open no file but its own.
"""

import json
from dataclasses import asdict
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Literal

import structlog
import typst

from palier.documents.sheet import Sheet

log = structlog.get_logger()

PRESS = Path(__file__).parent / "press"
TEMPLATE = PRESS / "document.typ"
#: ISO 19005-3, level B: what archives keep, with everything it needs inside.
STANDARD: Literal["a-3b"] = "a-3b"

#: One compiler prints for the whole process, one document at a time: it keeps its fonts, and a page takes milliseconds.
_turn = Lock()


class NotPrinted(Exception):
    """The press could not make this document: a fault of ours, in the logs. The page still shows all of it."""


def printed(one: Sheet) -> bytes:
    """Call it outside a transaction. Raises `NotPrinted`."""
    inputs = {"sheet": json.dumps(asdict(one), ensure_ascii=False, default=str)}
    made_at = datetime.combine(one.issued_on, time(12), UTC)
    try:
        return _compiled(inputs, made_at, STANDARD)
    except typst.TypstError as error:
        log.warning("document_not_archivable", title=one.title, reason=str(error)[:200])
    try:
        # A name in a script that our letters do not have is no reason to refuse an invoice: it is shown as boxes.
        return _compiled(inputs, made_at, None)
    except typst.TypstError as error:
        log.exception("document_not_printed", title=one.title)
        raise NotPrinted(str(error)) from error


def _compiled(inputs: dict[str, str], made_at: datetime, standard: Literal["a-3b"] | None) -> bytes:
    with _turn:
        made = _compiler().compile(
            format="pdf", sys_inputs=inputs, pdf_standards=standard, timestamp=int(made_at.timestamp())
        )
    assert isinstance(made, bytes)
    return made


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(TEMPLATE, root=PRESS, font_paths=[PRESS / "fonts"], ignore_system_fonts=True)
