"""The line to one Proxmox VE: proxmoxer for its addresses and answers, our session for certificates and time-outs.

What a failure means, beside what session.py says of the line itself:

- 500 and a JSON body: it says no in a sentence, before any work was begun   Refused, or Busy by the sentence
- the sentence of a lock, of a digest that is older, of a missing quorum     Busy: nothing was done
- the sentence of a time-out inside                                          Unknown for an act: it may go on
- 595: one node could not reach the other                                    Busy: nothing was sent there
- 596 to 599, 502 to 504, or a body that is not JSON                         Unknown for an act, Busy for a read
- any other status but 2xx                                                   Refused
"""

import re
import time
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from proxmoxer.backends.https import JsonSerializer
from proxmoxer.core import ProxmoxResource, ResourceException

from palier.drivers.errors import Busy, DriverError, Refused, Unknown, unanswered
from palier.drivers.http import READ_AGAIN_AFTER, SAID_FOR_IT, without_secrets
from palier.drivers.session import meaning, session

NOTHING_WAS_BEGUN = re.compile(
    r"is locked|can't lock file|file changed? by other user|no quorum|not ready - ", re.IGNORECASE
)
WENT_ON_INSIDE = re.compile(r"got timeout|timed? ?out", re.IGNORECASE)
NOT_PROXMOX = "the answer is not what Proxmox VE says, but perhaps a sign-in page"


class Line:
    def __init__(self, url: str, token: tuple[str, str, str], certificate: str, read_seconds: float) -> None:
        """`token` is its user, its name and its secret."""
        self._url = url.rstrip("/")
        self._token = token
        self._certificate = certificate
        self._read_seconds = read_seconds

    def read(self, *path: str, **params: Any) -> Any:
        """Ask for something that changes nothing: once more, twice, when the line breaks."""
        for pause in READ_AGAIN_AFTER:
            try:
                return self._ask("get", path, (), False, params)
            except Busy as busy:
                if not busy.reason.startswith("ConnectionError"):
                    raise
            time.sleep(pause)
        return self._ask("get", path, (), False, params)

    def act(
        self, method: str, *path: str, given: Mapping[str, Any] | None = None, secrets: Iterable[str] = ()
    ) -> str:
        """Ask for a change, once: the task that goes on with it, or nothing when it is over.

        `secrets` are those that this one request carries.
        """
        found = self._ask(method, path, secrets, True, given or {})
        return found if isinstance(found, str) and found.startswith("UPID:") else ""

    def clean(self, text: str, secrets: Iterable[str] = ()) -> str:
        return without_secrets(text, (self._token[2], *secrets))

    def _ask(
        self,
        method: str,
        path: tuple[str, ...],
        secrets: Iterable[str],
        is_act: bool,
        given: Mapping[str, Any],
    ) -> Any:
        failure: DriverError
        try:
            with meaning(is_act, lambda text: self.clean(text, secrets)):
                resource = self._api()([quote(part, safe=":@!") for part in path])
                found = getattr(resource, method)(**given)
        except ResourceException as error:
            failure = failure_of(error, is_act)
            failure.reason = self.clean(failure.reason, secrets)
            failure.args = (failure.reason,)
        except (AttributeError, KeyError, TypeError, ValueError):
            failure = Unknown(NOT_PROXMOX) if is_act else Busy(NOT_PROXMOX)
        else:
            if not is_unreadable(found):
                return found
            failure = Unknown(NOT_PROXMOX) if is_act else Busy(NOT_PROXMOX)
        # Raised here, outside any `except`, so that no exception carries the request along.
        raise failure

    def _api(self) -> ProxmoxResource:
        user, name, secret = self._token
        made = session(self._certificate, read_seconds=self._read_seconds)
        made.headers["Authorization"] = f"PVEAPIToken={user}!{name}={secret}"
        made.headers["Connection"] = "close"
        return ProxmoxResource(base_url=f"{self._url}/api2/json", session=made, serializer=JsonSerializer())


def is_unreadable(found: object) -> bool:
    """proxmoxer gives a body that is not JSON back as the bytes of `errors`."""
    return isinstance(found, dict) and isinstance(found.get("errors"), bytes)


def failure_of(error: ResourceException, is_act: bool) -> DriverError:
    """The error for an answer whose status is a failure: its reason is in the status line, what is wrong with a
    parameter in `errors`."""
    by_parameter = error.errors if isinstance(error.errors, dict) and not is_unreadable(error.errors) else {}
    about = "; ".join(f"{name}: {words}" for name, words in by_parameter.items())
    said = f"HTTP {error.status_code}: {' '.join(filter(None, [str(error.content).strip(), about]))}"
    status = error.status_code
    if status == 429:
        return Busy(said)
    if status == 595:
        return Busy(said)  # another node is away: the one that we asked is there
    if status > 595 or status in SAID_FOR_IT:
        return unanswered(Unknown(said) if is_act else Busy(said))
    if status >= 500 and is_unreadable(error.errors):
        return Unknown(said) if is_act else Busy(said)
    return meant_by(said, is_act) if status >= 500 else Refused(said)


def meant_by(said: str, is_act: bool) -> DriverError:
    """What its own sentence says of what was done."""
    if NOTHING_WAS_BEGUN.search(said):
        return Busy(said)
    if WENT_ON_INSIDE.search(said):
        return Unknown(said) if is_act else Busy(said)
    return Refused(said)
