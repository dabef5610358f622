"""How a server is, in one code of words/servers.py: what the last look found, and whether it knows what is sold."""

from datetime import datetime

from palier.catalog.snapshot import Catalog
from palier.provisioning.look_at_server import can_be_looked_at
from palier.provisioning.models import Server, ServerHealth
from palier.provisioning.plans_there import missing_packages

#: Codes with which a person has something to do.
WRONG = frozenset({"silent", "untrusted", "refused", "busy", "strange", "not_configured", "plans"})


def health_of(server: Server) -> ServerHealth | None:
    """Nothing where nobody has looked yet."""
    return getattr(server, "health", None)


def left_alone_since(server: Server) -> datetime | None:
    """Since when it is asked nothing, or next to nothing: it was silent several times in a row (circuit.py)."""
    circuit = getattr(server, "circuit", None)
    return circuit.down_since if circuit is not None else None


def state_of(server: Server, catalog: Catalog) -> str:
    health = health_of(server)
    if not can_be_looked_at(server):
        return "by_hand"
    if health is None:
        return "unseen"
    if health.problem:
        return health.problem
    return "plans" if missing_packages(server, health.plans, catalog) else "good"
