"""Everything that can be made to happen, in words: what the button does, and what to look at next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class Scenario:
    """`mode` is what the machine is told, with `how`; `now` what it says of itself while it lasts."""

    name: Words
    what: Words
    look: Words
    done: Words
    mode: str = ""
    how: Mapping[str, Any] = field(default_factory=dict)


SERVER: Mapping[str, Scenario] = {
    "lie": Scenario(
        _("Lie"),
        _("The server says yes and does nothing."),
        _("Pay for a change: Palier reads the server back, calls a person, and tells the client."),
        _("The server lies from now on."),
        "lie",
    ),
    "half": Scenario(
        _("Do half"),
        _("The name of the plan changes there, its limits do not."),
        _("The queue lists what differs."),
        _("The server does half of what it is asked."),
        "half",
    ),
    "refuse": Scenario(
        _("Refuse"),
        _("The server says no, with a reason."),
        _("The change goes to a person, with that reason; nothing is charged twice."),
        _("The server refuses everything."),
        "refuse",
        {"reason": "Account locked by the administrator."},
    ),
    "time-out": Scenario(
        _("Time out"),
        _("The server does the work, then hangs up without a word."),
        _("Palier looks before it asks again: the change is made once."),
        _("The server hangs up after doing the work."),
        "timeout_after_doing",
        {"seconds": 2},
    ),
    "busy": Scenario(
        _("Be busy"),
        _("The server asks to come back later."),
        _("The change waits and is tried again by itself."),
        _("The server is busy."),
        "busy",
    ),
    "slow": Scenario(
        _("Be slow"),
        _("Each act takes five seconds."),
        _("The page of the change follows it by itself."),
        _("The server takes its time."),
        "slow",
        {"seconds": 5},
    ),
    "down": Scenario(
        _("Go down"),
        _("The server answers nobody."),
        _("Changes wait. Bring it back: they end by themselves."),
        _("The server is down."),
        "down",
    ),
    "come-back": Scenario(
        _("Come back"),
        _("The server behaves again, and what waited is tried at once."),
        _("What a person has in the queue can be tried again from there."),
        _("The server does what it is asked."),
        "ok",
    ),
}

#: What somebody does on the server itself, past Palier.
BEHIND: Mapping[str, Scenario] = {
    "change-there": Scenario(
        _("Change the plan"),
        _("Somebody gives Alice’s site another plan on the server, and tells nobody."),
        _("At the staff desk, Differences: Compare now finds it, and either side is set right by a button."),
        _("Somebody has changed the plan on the server."),
    ),
    "suspend-there": Scenario(
        _("Suspend it there"),
        _("Somebody suspends Alice’s site on the server, and tells nobody."),
        _("At the staff desk, Differences: Compare now finds it, and either side is set right by a button."),
        _("Somebody has suspended the site on the server."),
    ),
}

CARD: Mapping[str, Scenario] = {
    "calls-twice": Scenario(
        _("Call back twice"),
        _("The next payment is reported twice."),
        _("One payment, one change, one message."),
        _("The card will report the next payment twice."),
        "twice",
    ),
    "calls-late": Scenario(
        _("Call back late"),
        _("The next payment is reported after fifteen seconds."),
        _("The client waits on a page that follows by itself."),
        _("The card will report the next payment late."),
        "late",
        {"seconds": 15},
    ),
    "calls-out-of-order": Scenario(
        _("Call back out of order"),
        _("After the success comes the news of an older failure."),
        _("What was paid stays paid."),
        _("The card will report the next payment out of order."),
        "out_of_order",
    ),
    "never-calls": Scenario(
        _("Never call back"),
        _("The next payment is not reported at all."),
        _("Coming back from the card’s page, or two minutes later, Palier asks by itself."),
        _("The card will not report the next payment."),
        "never",
    ),
}

TIME: Mapping[str, Scenario] = {
    "one-day": Scenario(
        _("One day later"),
        _("Business time goes on by a day, with everything that falls due."),
        _("Promises grow old in the queue; a change that was not paid expires."),
        _("One day is passing."),
        how={"days": 1},
    ),
    "thirty-days": Scenario(
        _("Thirty days later"),
        _("Thirty days pass, one after the other, within a minute."),
        _("Renewals are billed and paid by card; planned changes are made on their day."),
        _("Thirty days are passing."),
        how={"days": 30},
    ),
    "pay-everything": Scenario(
        _("Everyone pays"),
        _("Every open invoice is paid on the card’s page."),
        _("Overdue invoices are settled."),
        _("Everything that was owed is paid."),
    ),
}
