"""No due, and no rest of one, is smaller than what a gateway takes."""

from hypothesis import given
from hypothesis import strategies as st

from palier.core.least import credit_to_use, is_too_small

AMOUNTS = st.integers(0, 3_000)


def test_a_due_below_the_least_cannot_be_paid_alone() -> None:
    assert is_too_small(49, 0, 50)
    assert not is_too_small(50, 0, 50)


def test_a_credit_balance_that_covers_it_pays_it() -> None:
    assert not is_too_small(49, 49, 50)
    assert credit_to_use(49, 49, 50) == 49


def test_the_credit_balance_leaves_a_rest_that_can_be_paid() -> None:
    assert credit_to_use(725, 700, 50) == 675
    assert credit_to_use(725, 600, 50) == 600


def test_without_a_least_the_credit_balance_pays_all_it_can() -> None:
    assert credit_to_use(725, 700, 0) == 700


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_what_is_left_to_pay_is_nothing_too_small_to_pay_or_at_least_the_least(
    total: int, balance: int, least: int
) -> None:
    used = credit_to_use(total, balance, least)
    assert 0 <= used <= min(total, balance)
    assert total < least or total - used == 0 or total - used >= least
