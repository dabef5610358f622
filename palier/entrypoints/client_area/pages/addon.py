"""What an add-on costs today and later, before it is added to a service."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.core.periods import BillingCycle
from palier.entrypoints.client_area.pages.check import PaymentChoice, QuoteRow
from palier.entrypoints.design.parts import Crumb


@dataclass(frozen=True)
class AddonCycle:
    """A cycle in which it is sold. `price` is per full cycle, before taxes; `url` shows the page for it."""

    cycle: BillingCycle
    price: Money
    url: str
    selected: bool


@dataclass(frozen=True)
class AddonPage:
    """Added on a POST to `url` with the `cycle` shown and the `total` that was read. Without `url`, it cannot be."""

    section: ClassVar[str] = "services"
    name: str
    summary: str
    label: str
    cycles: tuple[AddonCycle, ...]
    cycle: BillingCycle
    rows: tuple[QuoteRow, ...]
    total: Money
    renews_on: date
    url: str
    back_url: str
    methods: tuple[PaymentChoice, ...] = ()
    was: Money | None = None
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        return _("Add %(addon)s") % {"addon": self.name}
