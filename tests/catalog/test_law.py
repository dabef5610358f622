"""Which law profile holds for a customer: by place, by kind and by day; and what a host that edits its file changes."""

from datetime import date
from fractions import Fraction

import pytest

from palier.catalog import snapshot
from palier.catalog.apply import apply
from palier.catalog.law import LawProfile, law_for
from palier.core.cancellation import Indemnity
from tests.catalogs.files import AT, demo

TODAY = date(2026, 11, 23)


def profile(
    code: str, customers: str = "", place: str = "", valid_from: date = date(2010, 1, 1)
) -> LawProfile:
    return LawProfile(code, customers=customers, jurisdiction=place, valid_from=valid_from)


EVERYWHERE, CONSUMER = profile("everywhere"), profile("consumer", "consumer")
CANADA, QUEBEC = profile("canada", place="CA"), profile("quebec", "consumer", "CA-QC")
NEXT = profile("quebec-next", "consumer", "CA-QC", date(2027, 1, 1))
EVERY = (NEXT, CANADA, EVERYWHERE, QUEBEC, CONSUMER)


@pytest.mark.parametrize(
    ("customers", "place", "on", "code"),
    [
        ("consumer", "CA-QC", TODAY, "quebec"),
        ("consumer", "CA-QC", date(2026, 12, 31), "quebec"),
        ("consumer", "CA-QC", date(2027, 1, 1), "quebec-next"),
        ("business", "CA-QC", TODAY, "canada"),
        ("consumer", "CA-ON", TODAY, "canada"),
        ("consumer", "FR", TODAY, "consumer"),
        ("business", "FR", TODAY, "everywhere"),
        ("business", "FR", date(2009, 12, 31), ""),
    ],
)
def test_the_narrowest_place_holds_then_the_kind_then_the_last_day(
    customers: str, place: str, on: date, code: str
) -> None:
    assert law_for(EVERY, customers, place, on).code == code


def test_a_place_is_no_part_of_another_whose_code_begins_alike() -> None:
    assert law_for([profile("ca", place="C")], "consumer", "CA", TODAY).code == ""


@pytest.mark.django_db
class TestTheHostsFile:
    DATED = (
        "      - valid_from: 2010-06-30\n",
        "      - {valid_from: 2027-01-01, pays_back: unused_share, indemnity: {percent: 5, at_most: {CAD: 20.00}}}\n"
        "      - valid_from: 2010-06-30\n",
    )

    def rule(self, on: date) -> Indemnity:
        law = snapshot.current().law_of("consumer", "CA-QC", on)
        return law.pay_back_rule("CAD").indemnity

    def test_a_rule_that_begins_later_holds_from_its_day_and_the_old_one_until_then(self) -> None:
        apply(demo(self.DATED), AT)
        assert self.rule(date(2026, 12, 31)) == Indemnity(Fraction(1, 10), 5000)
        assert self.rule(date(2027, 1, 1)) == Indemnity(Fraction(1, 20), 2000)

    def test_what_is_edited_holds_once_it_is_applied(self) -> None:
        apply(demo(), AT)
        apply(demo(("at_most: {CAD: 50.00}", "at_most: {CAD: 30.00}")), AT)
        assert self.rule(TODAY) == Indemnity(Fraction(1, 10), 3000)

    def test_in_a_currency_without_a_cap_nothing_is_kept(self) -> None:
        apply(demo(), AT)
        law = snapshot.current().law_of("consumer", "CA-QC", TODAY)
        assert law.pay_back_rule("USD").indemnity.of(Fraction(10_000)) == (0, "")

    def test_each_rule_cites_its_articles_in_both_languages_with_their_official_text(self) -> None:
        apply(demo(), AT)
        for law in snapshot.current().laws:
            assert law.articles, law.code
            for article in law.articles:
                assert set(article.cites) == set(article.urls) == {"fr", "en"}
                assert all(
                    url.startswith("https://www.legisquebec.gouv.qc.ca/") for url in article.urls.values()
                )
