"""Asking for the end of a service, at once or at renewal, and taking it back."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from django.forms import BaseForm
from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.entrypoints.design.parts import Crumb


@dataclass(frozen=True)
class OpenRequest:
    """A request that can still be withdrawn."""

    ends_on: date
    at_renewal: bool
    requested_at: datetime
    requested_by: str
    withdraw_url: str


@dataclass(frozen=True)
class MoneyRow:
    """One step of the calculation; `note` is how its amount was worked out."""

    label: str
    amount: Money
    note: str = ""


@dataclass(frozen=True)
class Law:
    """What the host's catalogue says the law asks for: its sentence, and what it cites, each with its address."""

    name: str
    sentence: str
    articles: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class AtOnce:
    """What ending now gives back: `rows` add up to `total`, `places` say where it goes, `why` why nothing does;
    `taken_off` is what needs not be paid any more of an invoice that is not.

    `promise` is sent back with the confirmation: what was read is done, or the new figures are shown.
    """

    total: Money
    promise: str
    rows: tuple[MoneyRow, ...] = ()
    places: tuple[str, ...] = ()
    why: str = ""
    beside: Money | None = None
    taken_off: Money | None = None
    law: Law | None = None


@dataclass(frozen=True)
class CancellationPage:
    """`form` is forms.CancellationForm, None while a request is open. `open_change` is a sentence about the change
    that would be undone first; `addons` names those that end with it. `at_once` is there for who may ask; `confirms`
    when the end at once was chosen and is read once more, and `outdated` when its figures have moved since."""

    section: ClassVar[str] = "services"
    plan_name: str
    label: str
    url: str
    service_url: str
    renewal_on: date | None
    form: BaseForm | None = None
    request: OpenRequest | None = None
    open_change: str = ""
    addons: str = ""
    stops: str = ""
    at_once: AtOnce | None = None
    confirms: bool = False
    outdated: bool = False
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        return _("End this service now") if self.confirms else _("Request cancellation")
