"""The words of the reports: a person reads them without knowing a code."""

from django.utils.translation import override

from palier.words.reports import cell_words


def test_money_is_where_a_person_would_look_for_it() -> None:
    with override("fr"):
        assert cell_words("account", "cash:bank_transfer") == "Argent à la banque"
        assert cell_words("account", "cash:stripe") == "Argent chez Stripe"


def test_another_gateway_is_called_by_its_own_name() -> None:
    with override("en"):
        assert cell_words("account", "cash:northpay") == "Money at northpay"
