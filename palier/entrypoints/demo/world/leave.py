"""How the world is left once built: the panel without traces of the building, usage just read, old letters sent."""

from datetime import timedelta

from django.db import connection
from django.db.models import F

from palier.entrypoints.demo.world.stage import Stage
from palier.notices.models import Notice
from palier.notices.send import SEND
from palier.provisioning.inspect import can_be_inspected, inspect
from palier.provisioning.models import Service

#: Letters younger than this are really sent when the worker starts; the rest were, and most were read.
FRESH = timedelta(hours=12)
READ_AFTER = timedelta(days=6)
KEPT_OF_AN_ACCOUNT = ("user", "domain", "plan", "suspended", "usage")


def leave_as_found_today(stage: Stage) -> None:
    forget_how_it_was_built(stage)
    read_every_panel(stage)
    send_old_letters(stage)


def forget_how_it_was_built(stage: Stage) -> None:
    """The panel's own list of what it was asked begins now."""
    held = stage.panel.state()
    accounts = [{name: account[name] for name in KEPT_OF_AN_ACCOUNT} for account in held["accounts"].values()]
    stage.panel.reset()
    stage.panel.seed(held["packages"], accounts)


def read_every_panel(stage: Stage) -> None:
    for service in Service.objects.select_related("server", "subscription").filter(ended_at=None):
        if can_be_inspected(service):
            inspect(service, stage.now)


def send_old_letters(stage: Stage) -> None:
    """Nobody wants the post of the last three months in one minute."""
    old = Notice.objects.filter(state="queued", written_at__lt=stage.now - FRESH)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE task_name = %s AND args->>'notice_id' = ANY(%s)",
            [SEND, [str(notice_id) for notice_id in old.values_list("id", flat=True)]],
        )
    old.update(state="sending")
    posted = Notice.objects.filter(state="sending")
    posted.update(state="sent", attempts=1, sent_at=F("written_at"))
    read = Notice.objects.filter(state="sent", written_at__lt=stage.now - READ_AFTER)
    read.update(read_at=F("written_at") + timedelta(hours=3))
