"""To whom the invoices are made out, the taxes they bear, and what saving would make of them."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.forms import BaseForm
from django.utils.translation import gettext as _

from palier.entrypoints.design.parts import Crumb
from palier.entrypoints.design.taxes_said import TaxesSaid, TaxesToCome


@dataclass(frozen=True)
class BillingPage:
    """`form` is design/billing_details.BillingDetailsForm. With `to_come` nothing is saved yet: taxes would change,
    and the form is sent once more to agree. `vat_checked_on` is the day a VAT number on file was verified."""

    section: ClassVar[str] = "invoices"
    url: str
    back_url: str
    form: BaseForm
    taxes: TaxesSaid
    to_come: TaxesToCome | None = None
    vat_checked_on: date | None = None
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        return _("Billing details")
