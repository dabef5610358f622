"""The picture of a period: what is paid is the ground one stands on, the change a step up or down from it.

Places along the period are percentages, so that the drawing stretches while its words keep their size;
heights follow the price per month. All of it ends in attributes of SVG elements.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from palier.core.money import Money
from palier.core.periods import BillingCycle

BASE, HIGHEST, LOWEST = 130, 92, 28
ROOM_FOR_WORDS, ROOM_ON_A_PHONE, ROOM_FOR_A_PRICE = 17.0, 34.0, 18.0
PAST_OF_A_RESTART = 28.0


@dataclass(frozen=True)
class PricedLevel:
    """A plan by its name, and the whole configuration's price per cycle."""

    name: str
    price: Money
    cycle: BillingCycle

    @property
    def monthly(self) -> float:
        """For comparing heights in a drawing; no money is worked out from it."""
        return self.price.minor / max(self.cycle.months, 1)


@dataclass(frozen=True)
class PeriodPicture:
    """A change seen over the current period [start_on, until_on).

    `now`: the new level begins today. `at_renewal`: on `until_on`; the next period ends on `next_until_on`.
    `restart`: a new period [today, next_until_on) begins. `held_price` is what is paid up to, per old cycle.
    """

    kind: Literal["now", "at_renewal", "restart"]
    start_on: date
    today: date
    until_on: date
    old: PricedLevel
    new: PricedLevel
    held_price: Money
    next_until_on: date | None = None

    @property
    def days(self) -> int:
        return (self.until_on - self.start_on).days

    @property
    def days_gone(self) -> int:
        return (self.today - self.start_on).days

    @property
    def days_left(self) -> int:
        return (self.until_on - self.today).days

    @property
    def difference(self) -> Money:
        """What the new level costs above what is held, per cycle; never negative."""
        return max(self.new.price - self.held_price, Money(0, self.new.price.currency))

    @property
    def last_on(self) -> date:
        return self.until_on if self.kind == "now" or self.next_until_on is None else self.next_until_on


@dataclass(frozen=True)
class Box:
    name: str
    x: float
    width: float
    y: float
    height: float


@dataclass(frozen=True)
class Stroke:
    name: str
    x1: float
    x2: float
    y1: float
    y2: float


@dataclass(frozen=True)
class Label:
    at: float
    only_wide: bool


@dataclass(frozen=True)
class Drawing:
    """Shapes back to front, and the places of the words. Every x and width is a percentage."""

    boxes: tuple[Box, ...]
    strokes: tuple[Stroke, ...]
    today: float
    renewal: float
    gone: Label | None
    left: Label | None
    old_price_y: float | None
    new_price_y: float | None
    base: int = BASE

    @property
    def today_anchor(self) -> str:
        return "start" if self.today < 22 else "end" if self.today > 78 else "middle"


def drawing(picture: PeriodPicture) -> Drawing:
    today, renewal = _places(picture)
    old, new, held = _heights(picture)
    change = renewal if picture.kind == "at_renewal" else today
    return Drawing(
        boxes=tuple(_boxes(picture, today, renewal, new, held)),
        strokes=(
            Stroke("edge", 0, change, BASE - old, BASE - old),
            Stroke("edge", change, change, BASE - old, BASE - new),
            Stroke("edge", change, 100, BASE - new, BASE - new),
            Stroke("today", today, today, 22, BASE),
            *([Stroke("renewal", renewal, renewal, BASE, BASE + 6)] if renewal < 100 else []),
        ),
        today=today,
        renewal=renewal,
        gone=_label(0, today),
        left=_label(today, renewal) if picture.kind != "restart" else None,
        old_price_y=BASE - old - 8 if change >= ROOM_FOR_A_PRICE else None,
        new_price_y=BASE - new - 8 if 100 - change >= ROOM_FOR_A_PRICE else None,
    )


def _places(picture: PeriodPicture) -> tuple[float, float]:
    """Where today and the renewal are, in percent of the width. A restart is not to scale: a year dwarfs a month."""
    if picture.kind == "restart":
        return PAST_OF_A_RESTART, 100.0
    whole = (picture.last_on - picture.start_on).days or 1
    return 100 * picture.days_gone / whole, 100 * picture.days / whole


def _heights(picture: PeriodPicture) -> tuple[float, float, float]:
    months = max(picture.old.cycle.months, 1)
    monthly = (picture.old.monthly, picture.new.monthly, picture.held_price.minor / months)
    dearest = max(monthly) or 1
    old, new, held = (max(LOWEST, HIGHEST * price / dearest) if price else 6.0 for price in monthly)
    return old, new, held


def _boxes(picture: PeriodPicture, today: float, renewal: float, new: float, held: float) -> list[Box]:
    if picture.kind == "restart":
        return [Box("paid", 0, today, BASE - held, held), Box("more", today, 100 - today, BASE - new, new)]
    paid = Box("paid", 0, renewal, BASE - held, held)
    if picture.kind == "at_renewal":
        return [paid, Box("gone", renewal, 100 - renewal, BASE - new, new)]
    if new <= held:
        return [paid]
    return [paid, Box("more", today, 100 - today, BASE - new, new - held)]


def _label(start: float, end: float) -> Label | None:
    """Words in the middle of a stretch that has room for them, if need be only where the page is wide."""
    room = end - start
    return Label((start + end) / 2, room < ROOM_ON_A_PHONE) if room >= ROOM_FOR_WORDS else None
