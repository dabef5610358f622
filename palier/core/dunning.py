"""What follows an invoice that stays unpaid: reminders, the suspension of its service, its end; each on its day.

A schedule is counted in civil days from the day since which the invoice is overdue: the day it was due, or the day on
which a bank took its payment back. A step comes never earlier than its day, and at least as many days after the step
before it as the schedule puts between them: whatever was held up (a worker that did not run, a promise to pay) moves
what follows, so that nobody reads a reminder and is suspended the same day.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any, Literal, Self

StepKind = Literal["reminder", "suspension", "end"]
_ORDER: tuple[StepKind, ...] = ("reminder", "suspension", "end")


@dataclass(frozen=True, slots=True)
class Dunning:
    """The host's policy. Days are counted after the day since which an invoice is overdue; None is never.

    `retry_days` are those on which a saved method is tried again, after the try of the day the invoice was due.
    """

    reminder_days: tuple[int, ...] = (3, 7, 12)
    retry_days: tuple[int, ...] = (3, 7)
    suspend_after_days: int | None = 15
    terminate_after_days: int | None = 45

    @classmethod
    def of(cls, *written: Mapping[str, Any]) -> Self:
        """The defaults, overridden by each mapping in turn. Raises `ValueError`, with a sentence, for what is not in
        order: days that do not grow, a service suspended without a reminder before, or ended without a suspension.
        """
        merged: dict[str, Any] = {}
        for mapping in written:
            merged |= mapping
        for name in ("reminder_days", "retry_days"):
            if name in merged:
                merged[name] = tuple(merged[name])
        policy = cls(**merged)
        for problem in policy.problems():
            raise ValueError(problem)
        return policy

    def problems(self) -> Iterator[str]:
        for name in ("reminder_days", "retry_days"):
            days = getattr(self, name)
            if any(day < 1 for day in days) or list(days) != sorted(set(days)):
                yield f"{name} are days after the due day, each later than the one before: not {list(days)}"
        suspended, ended = self.suspend_after_days, self.terminate_after_days
        if suspended is not None:
            last = max(self.reminder_days, default=None)
            if last is None:
                yield "suspend_after_days needs a reminder before it: write reminder_days, or never"
            elif suspended <= last:
                yield f"suspend_after_days is {suspended}, which is not after the last reminder, on day {last}"
        if ended is not None and suspended is None:
            yield "terminate_after_days needs a suspension before it: write suspend_after_days, or never"
        elif ended is not None and suspended is not None and ended <= suspended:
            yield f"terminate_after_days is {ended}, which is not after suspend_after_days, {suspended}"

    @property
    def steps(self) -> "tuple[Step, ...]":
        """The whole schedule, in order."""
        found = [Step("reminder", number, day) for number, day in enumerate(self.reminder_days, 1)]
        if self.suspend_after_days is not None:
            found.append(Step("suspension", 1, self.suspend_after_days))
        if self.terminate_after_days is not None:
            found.append(Step("end", 1, self.terminate_after_days))
        return tuple(found)


FIELDS = tuple(field.name for field in fields(Dunning))


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a schedule; `number` counts the reminders, `days` is when it comes."""

    kind: StepKind
    number: int
    days: int

    @property
    def place(self) -> tuple[int, int]:
        return _ORDER.index(self.kind), self.number


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken, and on which day."""

    kind: StepKind
    number: int
    on: date

    @property
    def place(self) -> tuple[int, int]:
        return _ORDER.index(self.kind), self.number


@dataclass(frozen=True, slots=True)
class Next:
    """What comes next, and the first day on which it may."""

    step: Step
    on: date


def upcoming(
    policy: Dunning,
    since_on: date,
    taken: tuple[Taken, ...] = (),
    *,
    from_on: date | None = None,
    reminders_only: bool = False,
) -> tuple[Next, ...]:
    """The steps still to come, in order, each with its day.

    Nothing comes before `from_on`: today, or the day after a promise to pay. Where there is no service left, only
    reminders follow.
    """
    last = max(taken, key=lambda one: one.place, default=None)
    days_before = _days_of(policy, last) if last else 0
    earliest_on = last.on if last else since_on
    found: list[Next] = []
    for step in policy.steps:
        if (last and step.place <= last.place) or (reminders_only and step.kind != "reminder"):
            continue
        on = max(since_on + timedelta(step.days), earliest_on + timedelta(max(1, step.days - days_before)))
        on = max(on, from_on or on)
        found.append(Next(step, on))
        earliest_on, days_before = on, step.days
    return tuple(found)


def retry_on(policy: Dunning, since_on: date, on: date) -> date | None:
    """The latest day up to today on which a saved method is tried again: due unless it was tried since."""
    days = [since_on + timedelta(day) for day in policy.retry_days]
    return max((day for day in days if day <= on), default=None)


def _days_of(policy: Dunning, taken: Taken) -> int:
    """The schedule's day of a step that was taken; of one it has no more, that of the last before it."""
    return max((step.days for step in policy.steps if step.place <= taken.place), default=0)
