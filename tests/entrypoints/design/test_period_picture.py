"""Where the steps of the picture fall: nine days of thirty gone, twenty-one to come."""

from dataclasses import replace
from datetime import date

from palier.core.money import Money
from palier.core.periods import BillingCycle
from palier.entrypoints.design.period_picture import BASE, HIGHEST, PeriodPicture, PricedLevel, drawing

MONTHLY, YEARLY = BillingCycle("monthly"), BillingCycle("yearly")


def cad(minor: int) -> Money:
    return Money(minor, "CAD")


A, B = PricedLevel("A", cad(900), MONTHLY), PricedLevel("B", cad(1800), MONTHLY)
UP = PeriodPicture("now", date(2026, 11, 14), date(2026, 11, 23), date(2026, 12, 14), A, B, cad(900))


def test_today_stands_where_the_days_gone_end() -> None:
    assert drawing(UP).today == 30.0
    assert drawing(UP).renewal == 100.0


def test_the_difference_lies_on_what_is_paid_from_today_to_renewal() -> None:
    paid, more = drawing(UP).boxes
    assert (paid.x, paid.width, more.x, more.width) == (0, 100, 30, 70)
    assert more.y + more.height == paid.y
    assert more.y == BASE - HIGHEST


def test_twice_the_price_is_twice_the_height() -> None:
    paid, more = drawing(UP).boxes
    assert paid.height == more.height


def test_a_level_already_paid_for_adds_nothing_to_the_ground() -> None:
    back_up = replace(UP, held_price=cad(3000))
    assert [box.name for box in drawing(back_up).boxes] == ["paid"]
    assert back_up.difference == cad(0)


def test_a_change_at_renewal_keeps_its_level_until_then() -> None:
    down = replace(UP, kind="at_renewal", old=B, new=A, held_price=cad(1800), next_until_on=date(2027, 1, 14))
    drawn = drawing(down)
    level, riser, after = drawn.strokes[:3]
    assert level.x2 == riser.x1 == after.x1 == drawn.renewal
    assert drawn.today < drawn.renewal < 100
    assert level.y1 < after.y1


def test_a_restart_begins_a_new_period_today() -> None:
    year = replace(
        UP, kind="restart", new=PricedLevel("B", cad(18000), YEARLY), next_until_on=date(2027, 11, 23)
    )
    past, new = drawing(year).boxes
    assert past.width == new.x
    assert new.x + new.width == 100


def test_words_are_left_out_where_they_have_no_room() -> None:
    first_day = replace(UP, today=UP.start_on)
    assert drawing(first_day).gone is None
    assert drawing(first_day).today_anchor == "start"
    last_day = replace(UP, today=date(2026, 12, 13))
    assert drawing(last_day).left is None
    assert drawing(last_day).today_anchor == "end"


def test_a_free_level_is_still_ground_to_stand_on() -> None:
    free = replace(UP, old=replace(A, price=cad(0)), held_price=cad(0))
    assert drawing(free).boxes[0].height > 0
