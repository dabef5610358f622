"""The ladder of levels: which would suit, what each costs today, and what stands in the way."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal

from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.core.periods import BillingCycle
from palier.entrypoints.client_area.pages.parts import Measured
from palier.entrypoints.design.parts import Crumb


@dataclass(frozen=True)
class Reason:
    """Why a change cannot happen now, as a sentence, and where something can be done about it."""

    sentence: str
    url: str = ""
    link: str = ""


@dataclass(frozen=True)
class CycleChoice:
    cycle: BillingCycle
    selected: bool = False


@dataclass(frozen=True)
class OptionChoice:
    """An extra with a quantity; its field is named `option.<code>`. `refused` is what was asked for and cannot be
    had."""

    code: str
    name: str
    quantity: int
    unit_price: Money
    cycle: BillingCycle
    least: int = 0
    most: int | None = None
    refused: int | None = None

    @property
    def note(self) -> str:
        """Its limits, and that they were not kept to."""
        if self.refused is not None and self.most is not None and self.refused > self.most:
            return _("%(asked)s cannot be had: at most %(most)s.") % {
                "asked": self.refused,
                "most": self.most,
            }
        if self.refused is not None:
            return _("%(asked)s cannot be had: at least %(least)s.") % {
                "asked": self.refused,
                "least": self.least,
            }
        return _("At most %(most)s") % {"most": self.most} if self.most is not None else ""


@dataclass(frozen=True)
class CodeField:
    """A code that gives a discount, as it was typed; `problem` says why it gives none."""

    code: str = ""
    problem: str = ""


@dataclass(frozen=True)
class WhenChoice:
    """When a lower level begins; its field is named `when.<plan code>`."""

    code: Literal["renewal", "now"]
    due_now: Money
    on: date
    selected: bool = False


@dataclass(frozen=True)
class Level:
    """One level of the ladder, in the cycle and with the options that are chosen above it.

    `price` holds its taxes where `taxes_included` says so; `due_now` and `next_renewal` always do. `off` says what a
    discount takes off. `differences` are short phrases (`+15 Go`), `grants` the same in full for the level one has. A
    level with a reason in `why` can be read but not chosen.
    """

    code: str
    name: str
    position: int
    price: Money
    cycle: BillingCycle
    taxes_included: bool = False
    summary: str = ""
    is_current: bool = False
    is_possible: bool = True
    selected: bool = False
    has_room: bool = False
    grants: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()
    due_now: Money | None = None
    next_renewal: Money | None = None
    renewal_on: date | None = None
    returned: Money | None = None
    begins_on: date | None = None
    needs_person: bool = False
    person_reason: str = ""
    promised_by: datetime | None = None
    note: str = ""
    off: str = ""
    needs_approval: bool = False
    when: tuple[WhenChoice, ...] = ()
    why: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class ChoosePage:
    """The form is a GET: to its own address when the cycle, the options or the code change, to `check_url` to go on.
    `code_field` is None where the host has no codes.

    `stops` are reasons that stand before every level; `warnings` do not stop anything. `restarts` says that a new
    period begins today on these terms. `measured` is when what must fit was measured, None where nothing is.
    """

    section: ClassVar[str] = "services"
    plan_name: str
    label: str
    levels: tuple[Level, ...]
    url: str
    check_url: str
    service_url: str
    renewal_on: date
    days_left: int
    cycles: tuple[CycleChoice, ...] = ()
    options: tuple[OptionChoice, ...] = ()
    code_field: CodeField | None = None
    refunds: bool = False
    restarts: bool = False
    stops: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()
    measured: Measured | None = None
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        return _("Which level suits you?")

    @property
    def can_go_on(self) -> bool:
        return not self.stops and any(level.is_possible for level in self.levels)
