"""The billing details of a customer, and the taxes they do not pay."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.forms import BaseForm
from django.utils.translation import gettext as _

from palier.entrypoints.design.parts import Crumb
from palier.entrypoints.design.taxes_said import TaxesSaid, TaxesToCome


@dataclass(frozen=True)
class ExemptionRow:
    """`tax` is a name, or says that it is all of them; `end_url` is empty when there is nothing left to end."""

    id: str
    tax: str
    certificate: str
    reason: str
    from_on: date
    until_on: date | None
    end_url: str = ""


@dataclass(frozen=True)
class BillingPage:
    """As that of the client area, and the exemptions: those there are, and `exempt_form` for another."""

    section: ClassVar[str] = "customers"
    customer_name: str
    url: str
    back_url: str
    exempt_url: str
    form: BaseForm
    exempt_form: BaseForm
    today: date
    taxes: TaxesSaid
    to_come: TaxesToCome | None = None
    vat_checked_on: date | None = None
    exemptions: tuple[ExemptionRow, ...] = ()
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        return _("Billing details")
