"""Law profiles: what the law of a customer asks of the host, as data (docs/reference/catalogue, "law profiles").

They are what the host wrote in its catalogue file. They are not legal advice, and every page that cites one says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Self

from palier.catalog.models import LawProfile as Row
from palier.core.cancellation import Indemnity, PayBackRule, RefundTo

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Article:
    """What a profile rests on: how it is cited, and where its official text is, by language."""

    cites: Texts
    urls: Texts


@dataclass(frozen=True)
class RenewalNotice:
    """A renewal is announced that many days before, when its period is longer than so many."""

    days: int
    longer_than_days: int


@dataclass(frozen=True)
class LawProfile:
    """What holds from a day on for some customers: `customers` a kind or empty, `jurisdiction` a place or empty."""

    code: str = ""
    names: Texts = field(default_factory=dict)
    customers: str = ""
    jurisdiction: str = ""
    valid_from: date = date.min
    articles: tuple[Article, ...] = ()
    rule: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def written(cls, row: Row) -> Self:
        return cls(
            code=row.code,
            names=row.names,
            customers=row.customers,
            jurisdiction=row.jurisdiction,
            valid_from=row.valid_from,
            articles=tuple(Article(article["cite"], article["url"]) for article in row.articles),
            rule=row.rule,
        )

    @property
    def refund_to(self) -> RefundTo:
        found: RefundTo = self.rule.get("refund_to", "payment")
        return found

    @property
    def renewal_notice(self) -> RenewalNotice | None:
        written = self.rule.get("renewal_notice")
        return RenewalNotice(written["days"], written["cycles_longer_than_days"]) if written else None

    @property
    def price_change_notice_days(self) -> int:
        """Days at least between telling a client of another price and its first day."""
        days: int = self.rule.get("price_change", {}).get("notice_days", 0)
        return days

    @property
    def free_exit_days(self) -> int | None:
        """Days after the first day of a rise within which a client may leave without indemnity."""
        days: int | None = self.rule.get("price_change", {}).get("free_exit_days")
        return days

    def frees_from_indemnity(self, rises_on: date | None, on: date) -> bool:
        """May a client whose price rises on that day, as they were told, leave without indemnity?"""
        days = self.free_exit_days
        return rises_on is not None and days is not None and on <= rises_on + timedelta(days)

    def pay_back_rule(self, currency: str) -> PayBackRule:
        """The rule in a currency. Where a cap is not written in it, nothing is kept: more could be too much."""
        written = self.rule.get("indemnity", {})
        percent, caps = written.get("percent"), written.get("at_most")
        return PayBackRule(
            pays_back=self.rule.get("pays_back", "none"),
            indemnity=Indemnity(
                Fraction(percent) if percent is not None else None,
                caps.get(currency, 0) if caps is not None else None,
            ),
            full_within_days=self.rule.get("full_within_days"),
            nothing_after_days=self.rule.get("nothing_after_days"),
        )

    def holds(self, customers: str, jurisdiction: str, on: date) -> bool:
        """Is it for that kind of customer, in that place or one it is a part of, on that day?"""
        place = self.jurisdiction
        inside = not place or jurisdiction == place or jurisdiction.startswith(place + "-")
        return inside and self.customers in ("", customers) and self.valid_from <= on


#: Where the catalogue has no profile for a customer: nothing comes back, nothing is announced.
NO_LAW = LawProfile()


def law_for(laws: Iterable[LawProfile], customers: str, jurisdiction: str, on: date) -> LawProfile:
    """The narrowest place wins, then a profile for that kind of customer, then the rule that began last."""
    found = (law for law in laws if law.holds(customers, jurisdiction, on))
    return max(
        found,
        key=lambda law: (len(law.jurisdiction), bool(law.customers), law.valid_from),
        default=NO_LAW,
    )
