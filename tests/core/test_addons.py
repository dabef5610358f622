"""What a change of plan makes of add-ons, in numbers."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palier.core.addons import Addon, Fate, addon_outcomes, addon_returned
from palier.core.proration import PaidPeriod, Unbilled

NOVEMBER = PaidPeriod(date(2026, 11, 20), date(2026, 12, 20), 30, 500, 500)


def backups(fate: Fate, *periods: PaidPeriod, still_billed: int = 500) -> Addon:
    return Addon("1", "backups-daily", "boreale.example", fate, periods or (NOVEMBER,), still_billed)


@pytest.mark.parametrize(
    ("fate", "refund", "returned"),
    [
        # 23 November: 27 of 30 days are left, 5.00 x 27/30 = 4.50.
        ("convert", "none", 450),
        ("convert", "credit_balance", 450),
        ("end", "none", 0),
        ("end", "credit_balance", 450),
        ("keep", "none", 0),
        ("keep", "credit_balance", 0),
    ],
)
def test_what_is_part_of_the_new_level_is_not_paid_twice_and_what_ends_follows_the_refund_policy(
    fate: Fate, refund: str, returned: int
) -> None:
    assert addon_returned(backups(fate), date(2026, 11, 23), refund) == returned  # type: ignore[arg-type]


def test_days_count_for_what_was_paid_for_them_and_for_what_the_invoices_still_hold() -> None:
    half_price = PaidPeriod(NOVEMBER.start_on, NOVEMBER.until_on, 30, 500, 250)
    assert addon_returned(backups("convert", half_price), date(2026, 11, 23), "none") == 225
    assert addon_returned(backups("convert", still_billed=100), date(2026, 11, 23), "none") == 100


def test_days_that_no_invoice_has_yet_do_not_come_back() -> None:
    waits = Unbilled(date(2026, 11, 23), NOVEMBER.until_on, 27)
    addon = replace(backups("convert", still_billed=473), unbilled=(waits,))
    assert addon_returned(addon, date(2026, 11, 23), "none") == 450 - 27


def test_a_period_paid_ahead_counts_whole_and_one_that_is_over_for_nothing() -> None:
    ahead = PaidPeriod(date(2026, 12, 20), date(2027, 1, 20), 31, 500, 500)
    both = backups("convert", NOVEMBER, ahead, still_billed=1000)
    assert addon_returned(both, date(2026, 11, 23), "none") == 950
    assert addon_returned(both, date(2027, 2, 1), "none") == 0


def test_at_renewal_what_is_left_on_that_day_counts() -> None:
    (outcome,) = addon_outcomes([backups("convert")], date(2026, 12, 14), "none")
    assert (outcome.returned, outcome.fate, outcome.plan) == (100, "convert", "backups-daily")


@given(
    paid=st.integers(0, 100_000), days=st.integers(0, 40), billed=st.integers(0, 100_000),
    fate=st.sampled_from(["keep", "convert", "end"]), refund=st.sampled_from(["none", "credit_balance"]),
)  # fmt: skip
def test_never_more_comes_back_than_was_paid_and_never_more_the_later_it_is(
    paid: int, days: int, billed: int, fate: Fate, refund: str
) -> None:
    period = PaidPeriod(NOVEMBER.start_on, NOVEMBER.until_on, 30, max(paid, 500), paid)
    on = date.fromordinal(NOVEMBER.start_on.toordinal() + days)
    addon = backups(fate, period, still_billed=billed)
    now, next_day = (
        addon_returned(addon, day, refund)  # type: ignore[arg-type]
        for day in (on, date.fromordinal(on.toordinal() + 1))
    )
    assert 0 <= next_day <= now <= min(paid, billed)
