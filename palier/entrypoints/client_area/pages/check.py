"""The last look before the change: what is due today and why, and what happens next."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.entrypoints.client_area.pages.choose import Reason
from palier.entrypoints.design.parts import Crumb
from palier.entrypoints.design.period_picture import PeriodPicture
from palier.words.plans import from_plan, to_plan


@dataclass(frozen=True)
class QuoteRow:
    """A line of what is due today. `was` is what the outdated quote said; None when it did not change."""

    kind: Literal["line", "tax", "credit"]
    label: str
    amount: Money
    note: str = ""
    was: Money | None = None


@dataclass(frozen=True)
class PaymentChoice:
    """A way to pay; its value is `code` in the field `method`."""

    code: str
    label: str
    note: str = ""
    selected: bool = False


@dataclass(frozen=True)
class CheckPage:
    """`takes_effect_on` is None for at once. `note` is the change path's sentence on what may
    interrupt, `irreversible` one on what cannot be undone.

    With `outdated`, nothing was charged and this is the new quote; what differs has its `was`. With a reason in
    `stops` there is no button. `token` and `key` go back unchanged in the POST to `accept_url`.
    """

    section: ClassVar[str] = "services"
    from_name: str
    to_name: str
    label: str
    direction: Literal["up", "down", "level"]
    picture: PeriodPicture | None
    rows: tuple[QuoteRow, ...]
    due_now: Money
    renewal_on: date
    renewal_total: Money
    accept_url: str
    choose_url: str
    token: str
    key: str
    takes_effect_on: date | None = None
    returned: Money | None = None
    needs_person: bool = False
    person_reason: str = ""
    promised_by: datetime | None = None
    note: str = ""
    irreversible: str = ""
    methods: tuple[PaymentChoice, ...] = ()
    outdated: bool = False
    was_due: Money | None = None
    was_renewal: Money | None = None
    stops: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        if self.from_name == self.to_name:
            return _("Change %(plan)s") % {"plan": self.to_name}
        language = get_language() or "en"
        old, new = from_plan(self.from_name, language), to_plan(self.to_name, language)
        return _("Move %(old)s %(new)s") % {"old": old, "new": new}
