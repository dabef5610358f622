import pytest
from django.utils.translation import override

from palier.core.periods import BillingCycle
from palier.words.cycles import by_cycle, days, per_cycle


@pytest.mark.parametrize(
    ("code", "french", "english"),
    [
        ("monthly", "par mois", "per month"),
        ("yearly", "par année", "per year"),
        ("semiannual", "tous les 6 mois", "every 6 months"),
        ("triennial", "tous les 3 ans", "every 3 years"),
        ("months:5", "tous les 5 mois", "every 5 months"),
        ("one_time", "une seule fois", "one time"),
    ],
)
def test_a_cycle_follows_its_price(code: str, french: str, english: str) -> None:
    with override("fr"):
        assert per_cycle(BillingCycle(code)) == french
    with override("en"):
        assert per_cycle(BillingCycle(code)) == english


def test_a_cycle_to_choose_begins_with_a_capital() -> None:
    with override("fr"):
        assert by_cycle(BillingCycle("yearly")) == "Par année"


def test_no_day_is_singular_in_french_and_plural_in_english() -> None:
    with override("fr"):
        assert days(0) == "0 jour"
    with override("en"):
        assert days(0) == "0 days"
