"""The kinds of customers that laws tell apart."""

from typing import Literal, get_args

CustomerKind = Literal["consumer", "business"]

CUSTOMER_KINDS: tuple[str, ...] = get_args(CustomerKind)
