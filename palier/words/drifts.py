"""What differs between a server and our side, and what each of the two ways to set it right does: for staff."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, str | Promise]

#: By kind, and for a suspension by which side works.
KINDS: Words = {
    "missing": _("The account is not there"),
    "stopped": _("Suspended on the server, active here"),
    "working": _("Works on the server, suspended here"),
    "ended": _("Works on the server, ended here"),
    "plan": _("Another plan on the server"),
    "limits": _("Other limits on the server"),
}

#: The button that makes the server what our side says.
SERVER: Words = {
    "missing": _("Make the account again"),
    "stopped": _("Let it work on the server"),
    "working": _("Suspend it on the server"),
    "ended": _("Suspend it on the server"),
    "plan": _("Put our plan back there"),
    "limits": _("Put our limits back there"),
}

#: The button that makes our side what the server has.
OURS: Words = {
    "missing": _("End it here"),
    "stopped": _("Suspend it here"),
    "working": _("Let it work here"),
    "plan": _("Keep the server’s plan"),
    "limits": _("Let these limits stand"),
}

#: What happens then.
SERVER_MEANS: Words = {
    "missing": _("The new account is empty: what it held is restored by hand."),
    "stopped": _("The panel is asked to let it work again."),
    "working": _("The panel is asked to suspend it."),
    "ended": _("The panel is asked to suspend it. Nothing is deleted."),
    "plan": _("The panel is asked for the plan that the client pays for, if what they use fits."),
    "limits": _("The panel is asked for the limits that the client pays for, if what they use fits."),
}
OURS_MEANS: Words = {
    "missing": _(
        "The subscription ends today; the client is told, and gets back what their law profile says."
    ),
    "stopped": _("It is suspended by our team’s decision."),
    "working": _("The suspension is lifted, and the client is told."),
    "plan": _("The client keeps it at the price they pay today. Nothing is charged."),
    "limits": _("They are no longer reported, until the client changes plan."),
}

#: Why our side cannot become what the server has.
NOT_OURS: Words = {
    "change_open": _("A change of plan is under way: finish it or undo it first."),
    "plan_unknown": _("The catalogue has no level of this product with that plan."),
    "price_would_change": _("With that plan, the price that the client pays could not stay what it is."),
    "unpaid": _("An invoice is unpaid: a payment or a delay lifts the suspension."),
    "over": _("What has ended does not begin again."),
    "being_worked_on": _("Somebody is at this service just now: try again in a moment."),
    "not_asked": _(
        "The server does not answer, and nothing ends unless it says once more that nothing is there."
    ),
}
