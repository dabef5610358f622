"""A client's paid change from Forfait A to B, and what must be true of it however it was interrupted."""

from collections import Counter
from email import message_from_bytes
from pathlib import Path

from django.db import connection

from palier.billing.models import Invoice, PaymentMethod
from palier.books import violations
from palier.entrypoints.batch import rounds
from palier.events.clock import real_now
from palier.events.here import LATE
from palier.events.models import Owed
from palier.ledger.queries import owed_on
from palier.notices.models import Notice
from palier.people.seal import sealed
from palier.plan_changes.models import PlanChange
from palier.provisioning.models import ProvisioningJob, Service
from palier.subscriptions.models import Subscription
from tests.machines import Machine, card_control
from tests.world import World


class Walk:
    """The change before its first click."""

    def __init__(self, world: World, card: Machine, mail: Path) -> None:
        self.world, self.card, self.mail = world, card_control(card), mail
        self.card.reset()
        self.card.keep_method("card-of-alice", "approve")
        subscription = world.subscribe("web-a")
        self.method = PaymentMethod.objects.create(
            customer=world.boreale, gateway="demo_card", label="Visa •••• 4242", token=sealed("card-of-alice")
        )
        self.token = world.offer(subscription, "web-b").token

    def finish(self) -> None:
        """What the upkeep does once the dead are known to be dead; then everybody works until all is done."""
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'todo' WHERE status = 'doing'")
        Service.objects.update(lease_until=None)
        Notice.objects.filter(state="sending").update(overdue_at=self.world.now)
        Owed.objects.update(since=real_now() - LATE)
        rounds.round_of_upkeep(self.world.now)
        self.world.hurry()
        self.world.work_until_done()

    def assert_it_ended_once(self, most_mails: int) -> None:
        """One change, one charge, one act of the panel, one notice for each event and person, and balanced books."""
        change = PlanChange.objects.get()
        assert change.state == "done"
        assert Subscription.objects.get().plan_id == "web-b"
        assert self.world.panel.account("boreale")["plan"] == "forfait_b"
        assert self.world.panel.count("boreale", "changepackage", "done") == 1
        assert self.card.count("charges_made") == 1
        invoice = Invoice.objects.get(subject_kind="plan_change")
        assert owed_on(invoice.customer_id, invoice.id) == 0
        assert ProvisioningJob.objects.get().state == "done"
        assert violations() == []
        notices = Notice.objects.filter(subject_id=change.id, kind="plan_change.done")
        assert notices.count() == notices.values("event_id", "user_id").distinct().count() >= 1
        assert set(Notice.objects.filter(subject_id=change.id).values_list("state", flat=True)) == {"sent"}
        sent = self._mails()
        assert {notice.message_id for notice in notices} <= set(sent)
        assert max(sent.values()) <= most_mails

    def _mails(self) -> Counter[str]:
        """How often each message went out, by its id."""
        files = [
            message for file in self.mail.glob("*") for message in file.read_bytes().split(b"-" * 79 + b"\n")
        ]
        return Counter(message_from_bytes(text)["Message-ID"] for text in files if text.strip())
