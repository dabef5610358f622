"""A document of a customer, as they see it, with what staff may do about it."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from palier.documents.sheet import Sheet
from palier.entrypoints.design.parts import Crumb


@dataclass(frozen=True)
class DocumentPage:
    """`status` is a code of words/statuses, of INVOICE or REFUND by `status_kind`; an address is empty where there is
    nothing left to give back, or to send back."""

    section: ClassVar[str] = "customers"
    sheet: Sheet
    pdf_url: str
    customer_name: str
    customer_url: str
    status: str = ""
    status_kind: Literal["invoice", "refund"] = "invoice"
    credit_url: str = ""
    refund_url: str = ""
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        return self.sheet.title
