"""The ladder of levels: which would suit, what each costs today, and what stands in the way."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal

from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.core.periods import BillingCycle
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
    """An extra with a quantity; its field is named `option.<code>`."""

    code: str
    name: str
    quantity: int
    unit_price: Money
    cycle: BillingCycle
    least: int = 0
    most: int | None = None


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

    `price` holds its taxes where `taxes_included` says so; `due_now` and `next_renewal` always do. `differences` are
    short phrases (`+15 Go`), `grants` the same in full for the level one has. A level with a reason in `why` can be
    read but not chosen.
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
    when: tuple[WhenChoice, ...] = ()
    why: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class ChoosePage:
    """The form is a GET: to its own address when the cycle or the options change, to `check_url` to go on.

    `stops` are reasons that stand before every level; `warnings` do not stop anything. `restarts` says that a new
    period begins today on these terms.
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
    refunds: bool = False
    restarts: bool = False
    stops: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        return _("Which level suits you?")

    @property
    def can_go_on(self) -> bool:
        return not self.stops and any(level.is_possible for level in self.levels)
