"""The founding page: one product, its state, what can be done with it, what it grants, what it costs, its history."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.core.periods import BillingCycle
from palier.entrypoints.client_area.pages.parts import NOT_MEASURED, InvoiceRow, Measured, OpenChange
from palier.entrypoints.design.parts import Crumb, Gauge


@dataclass(frozen=True)
class Hint:
    """A limit is near, and a level with room costs this much today."""

    resource_name: str
    percent: int
    plan_name: str
    due_now: Money
    url: str


@dataclass(frozen=True)
class Overdue:
    """What is overdue of this service: since when it is suspended for it, or when it will be, and when it ends.

    `declined` says why the last payment brought nothing; until the end of `promised_on` we wait, as agreed.
    """

    suspended_on: date | None = None
    suspends_on: date | None = None
    ends_on: date | None = None
    promised_on: date | None = None
    declined: str = ""


@dataclass(frozen=True)
class HistoryLine:
    """Something that happened to this service, as a sentence; `url` is that of the document it speaks of."""

    on: date
    sentence: str
    url: str = ""
    link: str = ""


@dataclass(frozen=True)
class AddonRow:
    """An add-on that the service has, or (with `is_offered`) may have; `price` is per cycle, before taxes."""

    name: str
    price: Money
    cycle: BillingCycle
    url: str
    summary: str = ""
    is_offered: bool = False


@dataclass(frozen=True)
class ProductPage:
    """`upgrade_url` is there only when the product has a path to another configuration; what stands in the way today
    is said after the click. `added_to` is what an add-on is for. `panel_name` is what the client knows the panel by
    (cPanel). `grants` says what the plan grants of which nothing measures the use; `measured`, when it was measured.
    `write_to` is our address, where people suspended the service for a reason that no payment lifts."""

    section: ClassVar[str] = "services"
    product_name: str
    plan_name: str
    label: str
    icon: str
    status: str
    price: Money
    cycle: BillingCycle
    now: datetime
    renews_on: date | None = None
    renewal_total: Money | None = None
    next_plan_name: str = ""
    ends_on: date | None = None
    payment_method: str = ""
    gauges: tuple[Gauge, ...] = ()
    grants: tuple[str, ...] = ()
    measured: Measured = NOT_MEASURED
    history: tuple[HistoryLine, ...] = ()
    change: OpenChange | None = None
    unpaid: InvoiceRow | None = None
    overdue: Overdue | None = None
    paid_until_on: date | None = None
    write_to: str = ""
    hint: Hint | None = None
    addons: tuple[AddonRow, ...] = ()
    added_to: Crumb | None = None
    upgrade_url: str = ""
    cancel_url: str = ""
    password_url: str = ""
    panel_url: str = ""
    panel_name: str = ""
    invoices_url: str = ""
    url: str = ""
    crumbs: tuple[Crumb, ...] = ()

    @property
    def is_over(self) -> bool:
        return self.status == "cancelled"

    @property
    def title(self) -> str:
        return _("Manage product")
