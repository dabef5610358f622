"""The shape of a discount in a catalogue file."""

from decimal import Decimal
from typing import Self

from pydantic import (
    Field,
    model_validator,
)

from palier.catalog.file.entry import Entry
from palier.catalog.file.fields import (
    Count,
    Day,
    DiscountCode,
    GivenFor,
    Percent,
    ProductOrPlan,
)
from palier.catalog.file.prices import Cycle, Prices
from palier.catalog.file.texts import Texts


class DiscountEntry(Entry):
    name: Texts = Field(description="what clients call it")
    code: DiscountCode = Field(
        default="", description="what clients type to have it; without one, only we give it"
    )
    percent: Percent | None = Field(default=None, description="percent off every line of the price")
    amount: Prices = Field(default={}, description="or an amount off the price, by cycle and currency")
    periods: Count | None = Field(
        default=None, description="for how many first periods; left out, for as long as one has it"
    )
    applies_to: list[ProductOrPlan] = Field(
        default=[], description="the products and levels it is for; left out, all"
    )
    cycles: list[Cycle] = Field(default=[], description="the billing cycles it is for; left out, all")
    valid_from: Day | None = Field(default=None, description="the first day its code can be used")
    valid_until: Day | None = Field(default=None, description="the first day its code can no longer be used")
    uses: Count | None = Field(default=None, description="how many times its code can be used in all")
    once_per_customer: bool = Field(
        default=False, description="yes when a customer can use its code once only"
    )
    given_for: GivenFor = Field(
        default="any", alias="for", description="whether it is for new services, changes, or any"
    )

    @model_validator(mode="after")
    def _takes_something_off(self) -> Self:
        if (self.percent is None) == (not self.amount):
            raise ValueError("write either percent, or amount")
        if self.percent is not None and not 0 < Decimal(self.percent) <= 1:
            raise ValueError("a discount is more than 0 % and at most 100 %")
        if self.valid_from and self.valid_until and self.valid_until <= self.valid_from:
            raise ValueError(f"valid_until {self.valid_until} is not after valid_from {self.valid_from}")
        return self
