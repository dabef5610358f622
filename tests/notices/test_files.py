"""The documents that a message speaks of go with it; one that cannot be made stops no message."""

from datetime import timedelta

import pytest
from django.core import mail

from palier.billing.models import CreditNote
from palier.documents.pdf import NotPrinted
from palier.documents.sheet import Sheet
from palier.events.record import SYSTEM
from palier.notices import files
from palier.notices.models import Notice
from palier.notices.send import send
from palier.people.queries import provider
from palier.plan_changes.undo import undo
from tests.documents.pdf_text import text
from tests.notices.told import only, plain
from tests.world import World

pytestmark = pytest.mark.django_db


def names(notice: Notice) -> list[str]:
    return [name for name, _made in files.files_of(notice, provider())]


def test_a_payment_has_its_invoice_and_its_receipt(world: World) -> None:
    world.subscribe()
    notice = only("payment.received", world.alice)
    assert names(notice) == ["Facture-2026-0001.pdf", "Recu-2026-0001-1.pdf"]
    (invoice, receipt) = [text(made) for _name, made in files.files_of(notice, provider())]
    assert "Solde à régler 0,00 $" in invoice and "Total reçu 10,35 $" in receipt


def test_a_part_says_what_is_left(world: World) -> None:
    subscription = world.subscribe()
    change = world.accept(subscription, world.offer(subscription, "web-b"))
    assert change.invoice_id is not None
    world.take_in(change.invoice_id, 300)
    world.drain()
    notice = Notice.objects.filter(kind="payment.received", user=world.alice).latest("written_at", "id")
    assert "Il reste 4,25 $ à régler." in plain(notice.text)


def test_a_renewal_has_its_invoice(world: World) -> None:
    world.subscribe()
    world.pass_time(world.now + timedelta(days=16))
    assert names(only("period.billed", world.alice)) == ["Facture-2026-0002.pdf"]


def test_a_change_that_is_undone_has_its_credit_note(world: World) -> None:
    change = world.change(world.subscribe("web-d"), "vps-2")
    undo(world.boreale.id, change.id, reason="cannot_be_done", house=world.house, at=world.now, by=SYSTEM)
    world.drain()
    note = CreditNote.objects.get()
    assert names(only("plan_change.reversed", world.alice)) == [f"Note-de-credit-{note.number}.pdf"]


def test_the_mail_carries_them(world: World) -> None:
    world.subscribe()
    (sent,) = [one for one in mail.outbox if one.to == [world.alice.email]]
    assert [(name, kind) for name, _made, kind in sent.attachments] == [
        ("Facture-2026-0001.pdf", "application/pdf"),
        ("Recu-2026-0001-1.pdf", "application/pdf"),
    ]
    assert all(made.startswith(b"%PDF-") for _name, made, _kind in sent.attachments)


def test_a_press_that_fails_stops_no_message(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(one: Sheet) -> bytes:
        raise NotPrinted("no paper")

    monkeypatch.setattr(files, "printed", fail)
    world.subscribe()
    (sent,) = [one for one in mail.outbox if one.to == [world.alice.email]]
    assert sent.attachments == [] and "/client/invoices/" in sent.body
    assert only("payment.received", world.alice).state == "sent"


def test_a_message_sent_already_is_not_sent_with_its_files_again(world: World) -> None:
    world.subscribe()
    notice, count = only("payment.received", world.alice), len(mail.outbox)
    send(notice.customer_id, notice.id, world.now)
    assert len(mail.outbox) == count
