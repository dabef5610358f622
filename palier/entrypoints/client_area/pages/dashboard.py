"""The client area's first page: what one has, what is under way, what is to pay, what was said."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.entrypoints.client_area.pages.parts import InvoiceRow, MessageRow, OpenChange, ServiceRow
from palier.entrypoints.design.parts import Crumb


@dataclass(frozen=True)
class DashboardPage:
    """`services`, `invoices` (to pay only) and `messages` are the first few; their lists hold the rest."""

    section: ClassVar[str] = "dashboard"
    customer_name: str
    now: datetime
    services: tuple[ServiceRow, ...] = ()
    changes: tuple[OpenChange, ...] = ()
    invoices: tuple[InvoiceRow, ...] = ()
    messages: tuple[MessageRow, ...] = ()
    owed: Money | None = None
    credit_balance: Money | None = None
    services_url: str = ""
    invoices_url: str = ""
    messages_url: str = ""
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        return _("Client area")
