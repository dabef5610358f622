"""Values that several pages of the client area show."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.core.periods import BillingCycle
from palier.entrypoints.design.parts import Crumb


@dataclass(frozen=True)
class OpenChange:
    """A change that is under way. `state` is one of core/states.py; `pay_url` where a payment is awaited."""

    from_name: str
    to_name: str
    label: str
    state: str
    url: str
    pay_url: str = ""
    promised_by: datetime | None = None
    takes_effect_on: date | None = None


@dataclass(frozen=True)
class ServiceRow:
    """A service in a list. `status` is a code of words/statuses.SERVICE; `label` what the client calls it."""

    url: str
    icon: str
    product_name: str
    plan_name: str
    label: str
    status: str
    price: Money
    cycle: BillingCycle
    renews_on: date | None = None
    ends_on: date | None = None
    change: OpenChange | None = None


@dataclass(frozen=True)
class InvoiceRow:
    """A document in a list. `status` is a code of words/statuses.INVOICE; `owed` what is left to pay of `total`."""

    url: str
    number: str
    issued_on: date
    subject: str
    total: Money
    status: str
    owed: Money | None = None
    due_on: date | None = None
    pay_url: str = ""
    pdf_url: str = ""
    declined_on: date | None = None


@dataclass(frozen=True)
class MessageRow:
    url: str
    title: str
    written_at: datetime
    is_read: bool = True


def crumbs(*last: Crumb, section: str = "services") -> tuple[Crumb, ...]:
    """The breadcrumb of a page: home and client area, the list it belongs to, then the given ones.

    `section` is services, invoices or messages; an empty one names no list.
    """
    lists = {
        "services": (_("My products & services"), "client_area:services"),
        "invoices": (_("Invoices"), "client_area:invoices"),
        "messages": (_("Messages"), "client_area:messages"),
    }
    above = [Crumb(_("Home"), "/"), Crumb(_("Client area"), reverse("client_area:dashboard"))]
    if section:
        label, view = lists[section]
        above.append(Crumb(label, reverse(view)))
    return (*above, *last)


@dataclass(frozen=True)
class Measured:
    """When a service was last measured, and what is done about it: `is_measuring`, it is measured again now;
    `is_silent`, its server does not answer. `is_old`: too long ago to be relied on."""

    at: datetime | None
    now: datetime | None = None
    is_measuring: bool = False
    is_silent: bool = False
    is_old: bool = False

    @property
    def is_doubtful(self) -> bool:
        return self.is_old or self.is_silent


NOT_MEASURED = Measured(None)
