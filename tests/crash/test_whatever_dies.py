"""`kill -9` at each step from accept to message: the change still ends, once.

The panel is changed once, the card is charged once, the books balance, and one notice exists for each event and
person. Every step is a name, so that a renamed function fails here instead of going untested.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from palier.billing.models import Invoice, PaymentMethod
from palier.books import violations
from palier.ledger.queries import owed_on
from palier.notices.models import Notice
from palier.people.seal import sealed
from palier.plan_changes.models import PlanChange
from palier.provisioning.models import ProvisioningJob, Service
from palier.subscriptions.models import Subscription
from tests.machines import CARD_SECRET, Machine, card_control
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)

#: The client's click: accepted, an attempt written, the card charged, the answer taken in.
CLIENT = [
    "palier.plan_changes.accept:_write:after",
    "palier.plan_changes.accept:give_number:after",
    "palier.billing.collect:_attempt:before",
    "palier.billing.collect:_attempt:after",
    "palier.drivers.gateways.demo_card:DemoCard.start:after",
    "palier.billing.settle:_take_in:after",
    "palier.billing.collect:settle:after",
]

#: The worker: payment, job, panel, read-back, finish, message.
WORKER = [
    "palier.reactions:react:before",
    "palier.plan_changes.advance:begin:after",
    "palier.reactions:after_payment:after",
    "palier.provisioning.carry_out:_claim:after",
    "palier.provisioning.attempt:_mark_sent:after",
    "palier.drivers.panels.cpanel:Cpanel.change:after",
    "palier.provisioning.attempt:_read_back:after",
    "palier.provisioning.carry_out:_write:after",
    "palier.plan_changes.finish:_switch:after",
    "palier.reactions:finish:after",
    "palier.notices.write:queue_sending:after",
    "palier.notices.send:_claim:after",
    "palier.notices.send:_move:before",
]

#: Inside the SMTP send itself, and only there, a mail may be repeated: under the same Message-ID.
MAY_REPEAT = {"palier.notices.send:_move:before"}


class Walk:
    """A client's paid change from Forfait A to B, told to child processes."""

    def __init__(self, world: World, card: Machine, database_url: str, mail: Path) -> None:
        self.world, self.card, self.mail = world, card_control(card), mail
        self.card.reset()
        self.card.keep_method("card-of-alice", "approve")
        self.subscription = world.subscribe("web-a")
        method = PaymentMethod.objects.create(
            customer=world.boreale, gateway="demo_card", label="Visa •••• 4242", token=sealed("card-of-alice")
        )
        self._environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PALIER_CRASH": json.dumps(
                {
                    "now": world.now.isoformat(),
                    "token": world.offer(self.subscription, "web-b").token,
                    "customer": str(world.boreale.id),
                    "user": str(world.alice.id),
                    "method": str(method.id),
                    "card": card.url,
                    "secret": CARD_SECRET,
                    "mail": str(mail),
                }
            ),
        }

    def run(self, act: str, step: str = "-") -> int:
        done = subprocess.run(
            [sys.executable, "-m", "tests.crash.child", act, step],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode in (0, -9), done.stderr
        return done.returncode

    def finish(self) -> None:
        """What the upkeep does once the dead are known to be dead; then everybody works until all is done."""
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'todo' WHERE status = 'doing'")
        Service.objects.update(lease_until=None)
        Notice.objects.filter(state="sending").update(overdue_at=self.world.now)
        self.world.work_until_done()
        assert self.run("worker") == 0

    def mails(self) -> Counter[str]:
        """How often each message went out, by its id."""
        files = [
            message for file in self.mail.glob("*") for message in file.read_bytes().split(b"-" * 79 + b"\n")
        ]
        return Counter(message_from_bytes(text)["Message-ID"] for text in files if text.strip())


@pytest.fixture
def walk(world: World, card_machine: Machine, database_url: str, tmp_path: Path, settings: Any) -> Walk:
    settings.GATEWAYS = {"demo_card": {"driver": "demo_card", "url": card_machine.url, "secret": CARD_SECRET}}
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "before")
    walk = Walk(world, card_machine, database_url, tmp_path / "mail")
    settings.EMAIL_FILE_PATH = str(walk.mail)
    return walk


def assert_it_ended_once(walk: Walk, step: str) -> None:
    change = PlanChange.objects.get()
    assert change.state == "done"
    assert Subscription.objects.get().plan_id == "web-b"
    assert walk.world.panel.account("boreale")["plan"] == "forfait_b"
    assert walk.world.panel.count("boreale", "changepackage", "done") == 1
    assert walk.card.count("charges_made") == 1
    invoice = Invoice.objects.get(subject_kind="plan_change")
    assert owed_on(invoice.customer_id, invoice.id) == 0
    assert ProvisioningJob.objects.get().state == "done"
    assert violations() == []
    notices = Notice.objects.filter(subject_id=change.id, kind="plan_change.done")
    assert notices.count() == notices.values("event_id", "user_id").distinct().count() >= 1
    assert set(Notice.objects.filter(subject_id=change.id).values_list("state", flat=True)) == {"sent"}
    sent = walk.mails()
    assert {notice.message_id for notice in notices} <= set(sent)
    assert max(sent.values()) <= (2 if step in MAY_REPEAT else 1)


@pytest.mark.parametrize("step", CLIENT)
def test_the_web_dies_and_the_client_clicks_again(walk: Walk, step: str) -> None:
    assert walk.run("client", step) == -9
    assert walk.run("client") == 0
    walk.finish()
    assert_it_ended_once(walk, step)


@pytest.mark.parametrize("step", WORKER)
def test_the_worker_dies_and_another_takes_over(walk: Walk, step: str) -> None:
    assert walk.run("client") == 0
    assert walk.run("worker", step) == -9
    walk.finish()
    assert_it_ended_once(walk, step)
