"""The last look before the change: what is due today and why, and what happens next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal

from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.core.periods import Span, boundary_after
from palier.core.policies import Approval
from palier.core.quote import Quote
from palier.entrypoints.client_area.pages.choose import CodeField, Reason
from palier.entrypoints.client_area.pages.parts import Measured
from palier.entrypoints.design.parts import Crumb
from palier.entrypoints.design.period_picture import PeriodPicture, PricedLevel
from palier.words.amounts import amount
from palier.words.dates import day_and_month
from palier.words.plans import from_plan, the_plan, to_plan
from palier.words.quote_lines import quote_lines
from palier.words.what_happens import Course, Happening, Replaced, what_happens


@dataclass(frozen=True)
class QuoteRow:
    """A line of what is due today. `was` is what the outdated quote said; None when it did not change."""

    kind: Literal["line", "tax", "included", "credit"]
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
    """`terms` says what changes beside the level: the cycle, options. `takes_effect_on` is None for at once.
    `addons` says what becomes of each of them. `note` is the change path's sentence on what may interrupt,
    `irreversible` one on what cannot be undone. `code_field` is None where the host has no codes; its form asks
    `check_url` again, with `asked` beside the code.

    With `outdated`, nothing was charged and this is the new quote; what differs has its `was`. With a reason in
    `stops` there is no button. `token` and `key` go back unchanged in the POST to `accept_url`. `tax_notes` are the
    sentences that the invoice will bear. `measured` is when what must fit was measured.
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
    terms: tuple[str, ...] = ()
    takes_effect_on: date | None = None
    returned: Money | None = None
    addons: tuple[str, ...] = ()
    needs_person: bool = False
    person_reason: str = ""
    promised_by: datetime | None = None
    approval: Approval = "none"
    approval_reason: str = ""
    approved_by: datetime | None = None
    note: str = ""
    irreversible: str = ""
    discounts: tuple[str, ...] = ()
    extra_days: int = 0
    replaced: Replaced | None = None
    code_field: CodeField | None = None
    check_url: str = ""
    asked: tuple[tuple[str, str], ...] = ()
    methods: tuple[PaymentChoice, ...] = ()
    outdated: bool = False
    was_due: Money | None = None
    was_renewal: Money | None = None
    stops: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()
    measured: Measured | None = None
    tax_notes: tuple[str, ...] = ()
    crumbs: tuple[Crumb, ...] = ()

    @property
    def happens(self) -> tuple[Happening, ...]:
        """What the change will do, in the language and the time zone of the page."""
        course = Course(
            from_name=self.from_name,
            to_name=self.to_name,
            direction=self.direction,
            due_now=self.due_now,
            returned=self.returned,
            takes_effect_on=self.takes_effect_on,
            approval=self.approval,
            approval_reason=self.approval_reason,
            approved_by=self.approved_by,
            needs_person=self.needs_person,
            person_reason=self.person_reason,
            promised_by=self.promised_by,
            note=self.note,
            irreversible=self.irreversible,
            discounts=self.discounts,
            extra_days=self.extra_days,
            extra_until_on=self.renewal_on,
            replaced=self.replaced,
            addons=self.addons,
        )
        return what_happens(course, get_language() or "en", get_current_timezone())

    @property
    def pays_now(self) -> bool:
        """Is something paid by the button? Not before our team has said yes."""
        return bool(self.due_now.minor) and self.approval != "before_payment"

    @property
    def act(self) -> str:
        """What the button does, with what it costs or when it begins."""
        language = get_language() or "en"
        moves = self.from_name != self.to_name
        said = {
            "plan": (to_plan if moves else the_plan)(self.to_name, language),
            "money": amount(self.due_now, language),
        }
        if self.approval == "before_payment":
            return (_("Ask to move %(plan)s") if moves else _("Ask to change %(plan)s")) % said
        if self.due_now.minor:
            sentence = (
                _("Pay %(money)s and move %(plan)s") if moves else _("Pay %(money)s and change %(plan)s")
            )
            return sentence % said
        if self.takes_effect_on is not None:
            said["day"] = day_and_month(self.takes_effect_on, language)
            return (_("Move %(plan)s on %(day)s") if moves else _("Change %(plan)s on %(day)s")) % said
        sentence = _("Move %(plan)s now for %(money)s") if moves else _("Change %(plan)s now for %(money)s")
        return sentence % said

    @property
    def title(self) -> str:
        language = get_language() or "en"
        if self.from_name == self.to_name:
            return _("Change %(plan)s") % {"plan": the_plan(self.to_name, language)}
        old, new = from_plan(self.from_name, language), to_plan(self.to_name, language)
        return _("Move %(old)s %(new)s") % {"old": old, "new": new}


def quote_rows(
    quote: Quote, names: Mapping[str, str], language: str, before: Quote | None = None
) -> tuple[QuoteRow, ...]:
    """The rows of a quote; with the outdated one before it, what each row that differs was. The active
    translation must be that of `language`."""
    said = quote_lines(quote, names, language)
    if before is None:
        return tuple(QuoteRow(line.kind, line.label, line.amount, line.note) for line in said)
    was = {line.code: line.amount for line in quote_lines(before, names, language)}
    nothing = Money(0, quote.currency)
    return tuple(
        QuoteRow(
            line.kind,
            line.label,
            line.amount,
            line.note,
            was=None if was.get(line.code) == line.amount else was.get(line.code, nothing),
        )
        for line in said
    )


def period_picture(
    quote: Quote, period: Span, anchor_on: date, held_price: int, old_name: str, new_name: str
) -> PeriodPicture | None:
    """The change seen over the current period; None where a price does not recur. `held_price` is per full cycle."""
    old, new = quote.origin.cycle, quote.target.cycle
    if not (old.is_recurring and new.is_recurring):
        return None
    next_until_on = quote.renewal_on if quote.restarts else boundary_after(anchor_on, new, quote.renewal_on)
    return PeriodPicture(
        kind="restart" if quote.restarts else "at_renewal" if quote.at_renewal else "now",
        start_on=period.start_on,
        today=quote.on,
        until_on=period.until_on,
        old=PricedLevel(old_name, Money(quote.origin_price, quote.currency), old),
        new=PricedLevel(new_name, Money(quote.price, quote.currency), new),
        held_price=Money(held_price, quote.currency),
        next_until_on=next_until_on,
    )
