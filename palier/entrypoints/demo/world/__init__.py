"""The demo's world: a host in Québec, its people and its clients, with services in every state.

Everything is done by the product's own verbs, at moments of the last months, so that histories read as they would
have been written and the books balance from the first entry. `build()` is one transaction: there is a whole world or
none, and a worker that runs beside it sees nothing of it before it is whole.
"""

from datetime import datetime

from django.db import OperationalError, transaction

from palier.entrypoints.demo import machines
from palier.entrypoints.demo.world import forget
from palier.entrypoints.demo.world.cast import ALICE, BOB, CHARLIE, DANA, PASSWORD
from palier.entrypoints.demo.world.direct import play
from palier.entrypoints.demo.world.leave import leave_as_found_today
from palier.entrypoints.demo.world.stage import Stage
from palier.events.clock import real_now
from palier.people.models import User

#: For whoever starts the demo: who, the address to sign in with, the password.
SIGN_INS = [
    ("As the client, Alice", ALICE.email, PASSWORD),
    ("As her colleague Bob, who may not buy", BOB.email, PASSWORD),
    ("As another client, Charlie, in English", CHARLIE.email, PASSWORD),
    ("As staff, Dana", DANA.email, PASSWORD),
]

TRIES = 3


def build(now: datetime | None = None) -> None:
    """The world as it stands `now` (or else really now), into an empty database and onto the demo's machines.

    Does nothing where someone can sign in.
    """
    with transaction.atomic():
        if User.objects.exists():
            return
        machines.forget_everything()
        stage = Stage(machines.panel(), machines.card(), now or real_now())
        play(stage)
        leave_as_found_today(stage)


def rebuild() -> None:
    """The world as on its first day, whatever has happened since. If it cannot be built, the old one stays."""
    for tries_left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                forget.forget_everything()
                build()
            break
        except OperationalError:
            # A worker wanted the tables in another order, and PostgreSQL chose between us.
            if not tries_left:
                raise
    forget.forget_what_was_read()
