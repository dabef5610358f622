"""Before a change is undone: exactly what the client gets back, and where."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.entrypoints.design.parts import Crumb


@dataclass(frozen=True)
class ReturnChoice:
    """Where the money goes: its value is `code` in the field `return_to`; `sentence` says how much goes where."""

    code: Literal["credit_balance", "card"]
    label: str
    sentence: str
    selected: bool = False


@dataclass(frozen=True)
class UndoPage:
    """`own` is what the change's invoice gives back; `periods` are sentences on those that are billed again without
    the change, which may return some more of the `total`. `total` and `to_card` go back unchanged in the POST, in
    minor units: if either is another by then, this page is shown again with `is_outdated` and nothing is done. With
    `is_refusal`, the change waits for our approval and was never begun. `on_panel` says what becomes of the panel;
    with `must_put_back`, a person must see to it.
    """

    section: ClassVar[str] = "queue"
    what: str
    customer_name: str
    label: str
    stays_on: str
    undo_url: str
    item_url: str
    own: Money
    total: Money
    to_card: Money
    invoice_number: str = ""
    choices: tuple[ReturnChoice, ...] = ()
    periods: tuple[str, ...] = ()
    on_panel: str = ""
    must_put_back: bool = False
    reason: str = ""
    error: str = ""
    is_outdated: bool = False
    is_refusal: bool = False
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        return _("Refuse this change") if self.is_refusal else _("Undo this change")
