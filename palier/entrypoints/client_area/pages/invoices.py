"""The list of invoices and credit notes, of one service or of all."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.entrypoints.client_area.pages.parts import InvoiceRow
from palier.entrypoints.design.parts import Crumb, Paging


@dataclass(frozen=True)
class InvoicesPage:
    """`service_name` is set when the list is that of one service, `billing_url` for who may change billing details."""

    section: ClassVar[str] = "invoices"
    today: date
    invoices: tuple[InvoiceRow, ...] = ()
    owed: Money | None = None
    credit_balance: Money | None = None
    service_name: str = ""
    all_url: str = ""
    billing_url: str = ""
    methods_url: str = ""
    paging: Paging | None = None
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        if self.service_name:
            return _("Invoices of %(service)s") % {"service": self.service_name}
        return _("Invoices")
