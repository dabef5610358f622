"""Before money is given back: what to give, then exactly what will happen, line by line."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.entrypoints.design.parts import Crumb
from palier.entrypoints.staff_desk.give_back_forms import CreditForm, RefundForm


@dataclass(frozen=True)
class OutcomeLine:
    """A step of the sum, or (`is_total`) what it comes to."""

    text: str
    amount: Money
    is_total: bool = False


@dataclass(frozen=True)
class Outcome:
    """What will happen: a sum, and sentences on where it goes. `figures` goes back unchanged in the POST: if it is
    another by then, the page is shown again and nothing is done. `fields` are those of the form, as they were read."""

    lines: tuple[OutcomeLine, ...]
    sentences: tuple[str, ...]
    figures: str
    fields: tuple[tuple[str, str], ...]
    button: str


@dataclass(frozen=True)
class GiveBackPage:
    """Of an invoice, by a credit note (`act` is credit), or of the credit balance, to what paid it (refund)."""

    section: ClassVar[str] = "customers"
    act: str
    number: str
    customer_name: str
    url: str
    invoice_url: str
    form: CreditForm | RefundForm
    outcome: Outcome | None = None
    is_outdated: bool = False
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        said = {"number": self.number}
        if self.act == "credit":
            return _("Credit invoice %(number)s") % said
        return _("Send back what paid invoice %(number)s") % said
