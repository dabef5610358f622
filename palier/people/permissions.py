"""What each role of a customer's member may do. Everyone may read what belongs to their customer."""

from collections.abc import Mapping

CHANGE_PLAN = "change_plan"
PAY = "pay"
CANCEL = "cancel"
SET_PASSWORD = "set_password"  # noqa: S105 -- the name of an act
OPEN_PANEL = "open_panel"
BILLING_DETAILS = "billing_details"

ROLES: Mapping[str, frozenset[str]] = {
    "owner": frozenset({CHANGE_PLAN, PAY, CANCEL, SET_PASSWORD, OPEN_PANEL, BILLING_DETAILS}),
    "billing": frozenset({CHANGE_PLAN, PAY, CANCEL, BILLING_DETAILS}),
    "technical": frozenset({SET_PASSWORD, OPEN_PANEL}),
    "reader": frozenset(),
}


class NotAllowed(Exception):
    """This person's role does not have that act; someone with another role of the same customer can do it."""

    def __init__(self, act: str) -> None:
        super().__init__(act)
        self.act = act
