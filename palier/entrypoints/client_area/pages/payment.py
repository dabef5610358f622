"""Back from the payment page: what came of it, or that we are waiting to hear."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.entrypoints.design.parts import Crumb


@dataclass(frozen=True)
class PaymentPage:
    """`waiting` asks for itself again; `declined` and `abandoned` charged nothing and offer `retry_url`, to try again;
    while waiting it leads back to the gateway's page.
    `reason` is the gateway's refusal as a sentence. `transfer` says how to transfer the money, which has not come yet.
    """

    section: ClassVar[str] = "invoices"
    state: Literal["waiting", "transfer", "succeeded", "declined", "abandoned"]
    amount: Money
    subject: str
    next_url: str = ""
    retry_url: str = ""
    invoice_url: str = ""
    invoice_number: str = ""
    reason: str = ""
    reference: str = ""
    account: tuple[str, ...] = ()
    until: datetime | None = None
    crumbs: tuple[Crumb, ...] = ()

    @property
    def is_live(self) -> bool:
        return self.state == "waiting"

    @property
    def title(self) -> str:
        return {
            "waiting": _("Waiting for the payment"),
            "transfer": _("Pay by bank transfer"),
            "succeeded": _("Payment received"),
            "declined": _("Payment declined"),
            "abandoned": _("Payment not completed"),
        }[self.state]
