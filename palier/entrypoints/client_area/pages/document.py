"""A document, as a page that prints as the document it is, with what can be done about it."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from palier.core.money import Money
from palier.documents.sheet import Sheet
from palier.entrypoints.client_area.pages.check import PaymentChoice
from palier.entrypoints.design.parts import Crumb


@dataclass(frozen=True)
class DocumentPage:
    """`sheet` is all that is printed, with the addresses of the documents it speaks of.

    `status` is a code of words/statuses, of INVOICE or REFUND by `status_kind`; empty where there is nothing to say.
    `methods` are the ways to pay what is owed, in a POST to `pay_url`.
    """

    section: ClassVar[str] = "invoices"
    sheet: Sheet
    pdf_url: str
    status: str = ""
    status_kind: Literal["invoice", "refund"] = "invoice"
    owed: Money | None = None
    pay_url: str = ""
    methods: tuple[PaymentChoice, ...] = ()
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        return self.sheet.title
