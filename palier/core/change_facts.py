"""All that the quote of a plan change depends on: read once, then thought about without asking again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from palier.core.addons import Addon
from palier.core.discounts import Discount
from palier.core.fit import ANY_MACHINE, Machine, Measure
from palier.core.hours import WorkingHours
from palier.core.policies import Policies
from palier.core.pricing import Configuration, LineKind, PricedLine
from palier.core.proration import PaidPeriod, carried
from palier.core.tax import TaxRate
from palier.core.tax_due import Buyer


@dataclass(frozen=True, slots=True)
class Unpaid:
    """An invoice of this subscription that is owed and whose period has begun."""

    invoice_id: str
    number: str
    owed: int


@dataclass(frozen=True, slots=True)
class NewDiscount:
    """What a code gives: a recurring discount, or one of so many first `periods`, counted from when the change
    begins."""

    discount: Discount
    periods: int | None = None


@dataclass(frozen=True, slots=True)
class SetupFee:
    """What is to be set up for the target and never was for this subscription: its plan, or more of an option."""

    kind: LineKind
    code: str
    quantity: int
    unit_price: int


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """All that a quote depends on. Prices are per full cycle, in minor units of `currency`.

    `policies` is None where no path leads to the target, `target_lines` None where it is not for sale in this
    currency and cycle; they are before discounts, and `renewal_lines` are the same from the renewal on, where the
    client was told of another price by then. `kept` are the discounts that stay with the subscription, `new` what the
    `code` the client typed adds, None where there is none or it has a `code_problem`. `at_renewal` is what the client
    chose, None for nothing yet. `person_hours` is the promised lead time where a person is needed. `usage` is None
    where nothing can be measured (a person then judges); `machine` is what the machine asks for besides. `periods` are
    the paid ones that are not over, `renewal_on` the end of the last of them. `carried_at_most` is the cap of what may
    be taken out of them, on `carried_on` where that is not the day of the change. `tax_rates` are the dated rates of
    the target's product, anywhere; `seller` is the place of the provider's establishment. `least` is what a gateway
    takes at the least, and `pending` what waits for the next invoice already, as priced.
    """

    at: datetime
    on: date
    currency: str
    current: Configuration
    current_price: int
    target: Configuration
    target_lines: tuple[PricedLine, ...] | None
    policies: Policies | None
    person_hours: int | None
    working_hours: WorkingHours
    at_renewal: bool | None
    periods: tuple[PaidPeriod, ...]
    renewal_on: date
    carried_at_most: int
    tax_rates: tuple[TaxRate, ...]
    seller: str
    buyer: Buyer
    credit_balance: int
    usage: Mapping[str, Measure] | None
    target_limits: Mapping[str, int]
    subscription_state: str
    open_change: bool
    unpaid: tuple[Unpaid, ...]
    payment_in_flight: bool
    cancellation_requested: bool
    overdue_elsewhere: int
    kept: tuple[Discount, ...] = ()
    code: str = ""
    code_problem: str = ""
    new: NewDiscount | None = None
    setup_fees: tuple[SetupFee, ...] = ()
    carried_on: date | None = None
    invoice_days_ahead: int = 7
    renewal_lines: tuple[PricedLine, ...] | None = None
    addons: tuple[Addon, ...] = ()
    least: int = 0
    pending: int = 0
    machine: Machine = ANY_MACHINE
    not_on_server: bool = False

    @property
    def lengthens_the_cycle(self) -> bool:
        return self.target.cycle.months > self.current.cycle.months

    @property
    def carried(self) -> Fraction:
        """What is left of what was paid, taken out of its periods."""
        return carried(self.periods, self.carried_on or self.on, self.carried_at_most)
