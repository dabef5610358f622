"""The shape of law profiles in a catalogue file: what the law of a customer asks for, by its first day."""

from typing import Any, Self

from pydantic import (
    Field,
    field_validator,
    model_validator,
)

from palier.catalog.file.entry import Entry
from palier.catalog.file.fields import (
    CustomerKind,
    Day,
    Jurisdiction,
    Percent,
    Whole,
)
from palier.catalog.file.known import one_of
from palier.catalog.file.prices import PriceByCurrency
from palier.catalog.file.texts import Addresses, Texts
from palier.core.cancellation import PAYS_BACK, REFUND_TO


class ArticleEntry(Entry):
    cite: Texts = Field(description="the article, as people cite it")
    url: Addresses = Field(description="where its official text is, by language")


class IndemnityEntry(Entry):
    percent: Percent | None = Field(
        default=None, description="percent of the price of what was paid and not supplied"
    )
    at_most: PriceByCurrency | None = Field(default=None, description="never more than this, by currency")

    @model_validator(mode="after")
    def _has_a_limit(self) -> Self:
        if self.percent is None and self.at_most is None:
            raise ValueError("write percent, at_most or both: the lesser of them is kept")
        return self


class RenewalNoticeEntry(Entry):
    days: Whole = Field(description="days before the renewal on which the client is told of it")
    cycles_longer_than_days: Whole = Field(
        default=0, description="only of periods longer than this many days"
    )


class PriceChangeEntry(Entry):
    notice_days: Whole = Field(
        description="days at least between the notice and the first day of the new price"
    )
    free_exit_days: Whole = Field(
        default=0, description="days after it within which an end at once keeps no indemnity"
    )


class LawRuleEntry(Entry):
    valid_from: Day = Field(description="the first day it holds")
    articles: list[ArticleEntry] = Field(default=[], description="what it rests on")
    pays_back: str = Field(default="none", description="what ending at once gives back")
    indemnity: IndemnityEntry | None = Field(default=None, description="what is kept of the share not used")
    full_within_days: Whole | None = Field(
        default=None, description="days after the purchase within which all of it comes back"
    )
    nothing_after_days: Whole | None = Field(
        default=None, description="days after the start of the period from which nothing comes back"
    )
    refund_to: str = Field(default="payment", description="where the money goes")
    renewal_notice: RenewalNoticeEntry | None = Field(
        default=None, description="when a renewal must be announced"
    )
    price_change: PriceChangeEntry | None = Field(
        default=None, description="when a client must know of another price"
    )

    @field_validator("pays_back", mode="before")
    @classmethod
    def _is_a_way_to_pay_back(cls, written: Any) -> str:
        return one_of(written, PAYS_BACK, "a value of pays_back")

    @field_validator("refund_to", mode="before")
    @classmethod
    def _is_a_place_for_money(cls, written: Any) -> str:
        return one_of(written, REFUND_TO, "a value of refund_to")

    @model_validator(mode="after")
    def _keeps_of_what_it_gives(self) -> Self:
        if self.pays_back == "none" and (self.indemnity or self.nothing_after_days is not None):
            raise ValueError("indemnity and nothing_after_days are about pays_back: unused_share")
        return self


class LawProfileEntry(Entry):
    name: Texts = Field(description="what staff and clients call it")
    customers: CustomerKind | None = Field(default=None, description="the customers it is for")
    jurisdiction: Jurisdiction | None = Field(default=None, description="where they live")
    rules: list[LawRuleEntry] = Field(min_length=1, description="what it says, by its first day")
