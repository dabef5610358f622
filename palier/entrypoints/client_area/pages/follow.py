"""Where a change stands: its steps, in the order they happen, with the moment of each that is behind."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.core.policies import Approval
from palier.entrypoints.design.parts import Crumb
from palier.words.plans import from_plan, of_plan, to_plan
from palier.words.statuses import change_status

StepState = Literal["done", "now", "next", "stopped"]


@dataclass(frozen=True)
class Step:
    title: str
    state: StepState
    at: datetime | None = None
    note: str = ""


@dataclass(frozen=True)
class Moments:
    """When each step of a change was behind; None where it is not yet."""

    accepted_at: datetime
    approved_at: datetime | None = None
    paid_at: datetime | None = None
    begun_at: datetime | None = None
    taken_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True)
class GivenBack:
    """A credit note that a change which is done came with: why and for which days, and how much, taxes included."""

    text: str
    amount: Money
    number: str
    url: str


@dataclass(frozen=True)
class FollowPage:
    """`state` is one of core/states.PLAN_CHANGE. While `is_live`, the page asks for itself again. `reason` is a
    sentence: why a person is needed, or why the change ended otherwise than done; `is_late` says that the time
    promised is past; `misfits` say what does not fit, and `to_do` what the client can do about it; `by_client` that
    it ended so at their request, `by_hand` that it is done and no machine could confirm it;
    `is_silent` that the server to be changed does not answer."""

    section: ClassVar[str] = "services"
    from_name: str
    to_name: str
    label: str
    state: str
    steps: tuple[Step, ...]
    service_url: str
    is_live: bool = False
    paid: Money | None = None
    returned: Money | None = None
    given_back: tuple[GivenBack, ...] = ()
    promised_by: datetime | None = None
    is_late: bool = False
    takes_effect_on: date | None = None
    reason: str = ""
    misfits: tuple[str, ...] = ()
    to_do: str = ""
    by_client: bool = False
    by_hand: bool = False
    is_silent: bool = False
    cancel_url: str = ""
    pay_url: str = ""
    invoice_url: str = ""
    invoice_number: str = ""
    credit_note_url: str = ""
    credit_note_number: str = ""
    choose_url: str = ""
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        language = get_language() or "en"
        if self.from_name == self.to_name:
            return _("Change of %(plan)s") % {"plan": of_plan(self.to_name, language)}
        old, new = from_plan(self.from_name, language), to_plan(self.to_name, language)
        return _("Change %(old)s %(new)s") % {"old": old, "new": new}

    @property
    def climbed(self) -> int:
        """How many steps are behind, the one under way included."""
        return sum(step.state in ("done", "now", "stopped") for step in self.steps)

    @property
    def flight_state(self) -> str:
        return "ended" if self.state == "done" else "stopped" if self.is_ended else ""

    @property
    def is_ended(self) -> bool:
        return self.state in ("done", "expired", "cancelled", "reversed")


def steps(
    state: str,
    moments: Moments,
    *,
    pays: bool,
    needs_person: bool,
    approval: Approval = "none",
    at_renewal: bool = False,
    taken_by: str = "",
) -> tuple[Step, ...]:
    """The steps of a change in that state. `pays` when something was or is to be paid before it can begin."""
    planned: list[tuple[str, datetime | None]] = [(_("Accepted"), moments.accepted_at)]
    approved = (_("Approved by our team"), moments.approved_at)
    if approval == "before_payment":
        planned.append(approved)
    if pays:
        planned.append((_("Paid"), moments.paid_at))
    if approval == "after_payment":
        planned.append(approved)
    if at_renewal:
        planned.append((_("Renewal day reached"), moments.begun_at))
    if needs_person:
        taken = (
            _("Taken by %(person)s") % {"person": taken_by}
            if taken_by
            else _("Taken by a person of our team")
        )
        planned.append((taken, moments.taken_at))
        planned.append((_("Done by our team"), moments.ended_at if state == "done" else None))
    else:
        planned.append((_("Applied on the server"), moments.begun_at if state == "done" else None))
        planned.append((_("Checked on the server"), moments.ended_at if state == "done" else None))
    planned.append((_("Fully operational"), moments.ended_at if state == "done" else None))
    return _with_states(planned, state, moments.ended_at)


def _with_states(
    planned: list[tuple[str, datetime | None]], state: str, ended_at: datetime | None
) -> tuple[Step, ...]:
    """The first step that is not behind is under way; a change that ended otherwise than done stops there."""
    behind = next((n for n, (_title, at) in enumerate(planned) if at is None), len(planned))
    past = tuple(Step(title, "done", at) for title, at in planned[:behind])
    if state in ("expired", "cancelled", "reversed"):
        return (*past, Step(change_status(state), "stopped", ended_at))
    ahead = tuple(Step(title, "next") for title, _at in planned[behind + 1 :])
    under_way = tuple(Step(title, "now") for title, _at in planned[behind : behind + 1])
    return (*past, *under_way, *ahead)
