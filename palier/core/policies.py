"""The policies of a product or a change path, as data (docs/explanation/money, "Policies are data").

Every field's first value is the default. A path's policies override its product's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, Self, get_args

DowngradeWhen = Literal["client_chooses", "at_renewal", "now"]
RefundPolicy = Literal["none", "credit_balance"]
LongerCycle = Literal["restart_today", "at_renewal"]
Leftover = Literal["at_renewal", "extend", "credit_balance", "forfeit"]
SetupFee = Literal["none", "charge"]
DiscountPolicy = Literal["keep", "drop"]
Approval = Literal["none", "before_payment", "after_payment"]
UnknownUsage = Literal["refuse", "warn", "ask_person"]


@dataclass(frozen=True, slots=True)
class Policies:
    downgrade_when: DowngradeWhen = "client_chooses"
    refund: RefundPolicy = "none"
    cycle_change: LongerCycle = "restart_today"
    leftover: Leftover = "at_renewal"
    setup_fee: SetupFee = "none"
    discount: DiscountPolicy = "keep"
    unknown_usage: UnknownUsage = "refuse"
    approval: Approval = "none"
    #: In how many working hours our team answers, and why it looks at such a change ({language: sentence}).
    approval_hours: int = 8
    approval_reason: Mapping[str, str] = field(default_factory=dict)
    #: Days after acceptance at whose end an unpaid change expires: 1 is the end of the next civil day.
    unpaid_expires_days: int = 1
    #: The same from the day on which the client says that they transfer the money.
    transfer_expires_days: int = 7

    @classmethod
    def of(cls, *written: Mapping[str, Any]) -> Self:
        """The defaults, overridden by each mapping in turn. Raises `ValueError` on a name or value that is not ours."""
        merged: dict[str, Any] = {}
        for mapping in written:
            merged |= mapping
        for name, value in merged.items():
            choices = CHOICES.get(name)
            if name not in FIELDS:
                raise ValueError(f"{name!r} is not a policy; the policies are {', '.join(FIELDS)}")
            if choices and value not in choices:
                raise ValueError(f"{name} is one of {', '.join(choices)}, not {value!r}")
        return cls(**merged)


CHOICES: dict[str, tuple[str, ...]] = {
    "downgrade_when": get_args(DowngradeWhen),
    "refund": get_args(RefundPolicy),
    "cycle_change": get_args(LongerCycle),
    "leftover": get_args(Leftover),
    "setup_fee": get_args(SetupFee),
    "discount": get_args(DiscountPolicy),
    "unknown_usage": get_args(UnknownUsage),
    "approval": get_args(Approval),
}
FIELDS = tuple(one.name for one in fields(Policies))
