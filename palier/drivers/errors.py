"""What can go wrong with another machine, named by what to do next.

    DriverError
    ├── PanelError ──────┐
    │                    ├── Busy      nothing was done: try again later
    │                    ├── Refused   it said no, or cannot: a person must look
    │                    │   └── NotThere  there is no such account
    │                    ├── Unknown   it may or may not be done: inspect before anything else
    ├── GatewayError ────┘
    │   └── Forged       a call-back that the gateway did not sign: forget it
    └── UnknownDriver    no driver has this name: the configuration is wrong

The three answers are the same for both kinds of machine, so they belong to both families. A Busy or an Unknown may be
`unanswered`: nothing came back that the machine itself could have said, so that it may be down (provisioning/circuit.py
counts these).
A reason is a sentence for staff and logs, in whatever language the machine speaks. It never holds a secret.
"""

from datetime import timedelta
from typing import TypeVar


class DriverError(Exception):
    """Anything a driver may raise on purpose."""

    no_answer = False

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class PanelError(DriverError):
    """A panel did not do what was asked of it."""


class GatewayError(DriverError):
    """A payment gateway did not do what was asked of it."""


class Busy(PanelError, GatewayError):
    """Nothing was done. Try again, not before `retry_after` if the machine said when."""

    def __init__(self, reason: str, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Refused(PanelError, GatewayError):
    """The machine understood and said no, or this driver cannot do it. Trying again will not help."""


class NotThere(Refused):
    """The machine knows no such account: it was never made, or it is gone."""


class Unknown(PanelError, GatewayError):
    """The request may have been carried out. Inspect (or ask the status) before sending anything again."""


class Forged(GatewayError):
    """A call-back without a valid signature, too old, or not readable."""


class UnknownDriver(DriverError):
    """No driver of this name is registered."""


Failure = TypeVar("Failure", bound=DriverError)


def unanswered(error: Failure) -> Failure:
    """The same error, of a machine that could not be reached, or was silent."""
    error.no_answer = True
    return error
