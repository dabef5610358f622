"""One look at a server: does it answer, as what, how fast, with which plans, and may we believe that it is itself?"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from palier.drivers.certificates import NotACertificate, seen_at
from palier.drivers.errors import PanelError, Refused, Unknown
from palier.drivers.http import without_secrets
from palier.drivers.panel import BY_HAND, Capability, Panel
from palier.provisioning.models import Server
from palier.provisioning.panels import (
    NotConfigured,
    capabilities_of,
    no_secrets,
    panel_of,
    secrets_of,
    url_of,
)

#: Seconds that a panel may take to answer somebody who only looks.
PATIENCE = "10"

Plans = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Look:
    """What was found. `problem` is a code of words/servers.py, or empty, and `detail` what the machine said of it.

    `plans` is None where the panel did not tell them; `shown` is the certificate that it shows, in PEM.
    """

    problem: str = ""
    detail: str = ""
    version: str = ""
    latency_ms: int | None = None
    plans: Plans | None = None
    shown: str = ""


def can_be_looked_at(server: Server) -> bool:
    """Not what people do by hand: nothing is there to answer. A driver that is not installed is worth a look."""
    return server.driver != "manual"


def look_at(server: Server) -> Look:
    """Look now; writes nothing, and raises nothing that the server could be the reason of."""
    if not can_be_looked_at(server):
        return Look()
    try:
        panel = panel_of(server, **_short_patience(server))
    except NotConfigured as error:
        return Look("not_configured", str(error))
    found = _certificate_at(server)
    if found.problem:
        return found
    try:
        return _answer_of(server, panel, found.shown)
    except PanelError as error:
        # A driver of somebody else's may not be as careful as ours.
        detail = without_secrets(error.reason, secrets_of(server))
        return replace(found, problem=_problem_of(error), detail=detail)


def _short_patience(server: Server) -> dict[str, str]:
    return {"read_seconds": PATIENCE} if "read_seconds" in no_secrets(server.driver) else {}


def _certificate_at(server: Server) -> Look:
    """Before anything is sent. What the certificate is of a machine that is called without TLS is nobody's business."""
    url = url_of(server)
    if not url.startswith("https://"):
        return Look()
    try:
        seen = seen_at(url, server.certificate)
    except NotACertificate as error:
        return Look("not_configured", str(error))
    except (OSError, ValueError) as error:
        return Look("silent", f"{type(error).__name__}: {error}")
    return Look("untrusted" if seen.distrust else "", seen.distrust, shown=seen.certificate)


def _answer_of(server: Server, panel: Panel, shown: str) -> Look:
    """Its version proves that we may talk to it; of a driver that cannot ask for one, its plans do."""
    knows_plans = Capability.PLANS in capabilities_of(server)
    started = time.perf_counter()
    try:
        version = panel.version()
    except Refused as error:
        if error.reason != BY_HAND:
            raise
        version, started = "", time.perf_counter()
        plans = panel.plans() if knows_plans else None
        took = time.perf_counter() - started
    else:
        took = time.perf_counter() - started
        plans = panel.plans() if knows_plans else None
    return Look(version=version, latency_ms=round(took * 1000), plans=plans, shown=shown)


def _problem_of(error: PanelError) -> str:
    if error.no_answer:
        return "silent"
    if isinstance(error, Refused):
        return "refused"
    return "strange" if isinstance(error, Unknown) else "busy"
