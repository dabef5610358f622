"""Documents as files: their names, whose they are, and what happens when the press fails."""

import pytest
from django.db import connection
from django.test import Client

from palier.billing.models import CreditNote, Payment
from palier.documents.pdf import NotPrinted
from palier.documents.sheet import Sheet
from palier.entrypoints.design import pdf_answer
from palier.events.record import SYSTEM
from palier.plan_changes.models import PlanChange
from palier.plan_changes.undo import undo
from tests.documents.pdf_text import text as text_of_pdf
from tests.entrypoints.client_area.conftest import Browser, at
from tests.pages import links, text
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def undone(world: World) -> PlanChange:
    change = world.change(world.subscribe("web-d"), "vps-2")
    return undo(
        world.boreale.id, change.id, reason="cannot_be_done", house=world.house, at=world.now, by=SYSTEM
    )


def test_each_document_is_a_file_with_its_name(undone: PlanChange, alice: Browser) -> None:
    payment = Payment.objects.get(invoice_id=undone.invoice_id)
    files = {
        ("invoice_pdf", undone.invoice_id): "Facture-2026-0002.pdf",
        ("invoice_pdf", CreditNote.objects.get().id): "Note-de-credit-NC-2026-0001.pdf",
        ("receipt_pdf", payment.id): "Recu-2026-0002-1.pdf",
    }
    for (view, key), name in files.items():
        answer = alice.get(view, key)
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer.content.startswith(b"%PDF-")


def test_the_page_and_the_file_say_the_same_amounts(undone: PlanChange, alice: Browser) -> None:
    page = text(alice.get("invoice", undone.invoice_id)).replace("\u00a0", " ")
    made = text_of_pdf(alice.get("invoice_pdf", undone.invoice_id).content)
    for said in (
        "21,00 $",
        "1,05 $",
        "2,09 $",
        "24,14 $",
        "−24,14 $",
        "0,00 $",
        "Note de crédit NC-2026-0001",
    ):
        assert said in page and said in made, said


def test_the_invoice_leads_to_its_receipt_its_credit_note_and_its_file(
    undone: PlanChange, alice: Browser
) -> None:
    found = links(alice.get("invoice", undone.invoice_id))
    for address in (
        at("receipt", Payment.objects.get(invoice_id=undone.invoice_id).id),
        at("invoice", CreditNote.objects.get().id),
        at("invoice_pdf", undone.invoice_id),
    ):
        assert address in found


def test_a_receipt_has_a_page(undone: PlanChange, alice: Browser) -> None:
    page = alice.get("receipt", Payment.objects.get(invoice_id=undone.invoice_id).id)
    assert "Reçu 2026-0002-1" in text(page) and at("invoice", undone.invoice_id) in links(page)


def test_a_press_that_fails_leads_back_to_the_page(
    undone: PlanChange, alice: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(one: Sheet) -> bytes:
        raise NotPrinted("no paper")

    monkeypatch.setattr(pdf_answer, "printed", fail)
    answer = alice.client.get(at("invoice_pdf", undone.invoice_id), follow=True)
    assert "Print this page instead" in text(answer)
    assert answer.redirect_chain == [(at("invoice", undone.invoice_id), 302)]


@pytest.mark.django_db(transaction=True)
def test_it_is_printed_outside_any_transaction(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.subscribe()
    payment = Payment.objects.get()
    seen: list[bool] = []

    def look(one: Sheet) -> bytes:
        seen.append(connection.in_atomic_block)
        return b"%PDF-"

    monkeypatch.setattr(pdf_answer, "printed", look)
    browser = Client()
    browser.force_login(world.alice)
    assert browser.get(at("receipt_pdf", payment.id)).content == b"%PDF-"
    assert seen == [False]


def test_the_rest_of_an_invoice_paid_in_part_has_a_button(world: World, alice: Browser, card: object) -> None:
    subscription = world.subscribe()
    change = world.accept(subscription, world.offer(subscription, "web-b"))
    world.take_in(change.invoice_id, 300)  # type: ignore[arg-type]
    page = text(alice.get("invoice", change.invoice_id))
    assert "$4.25 to pay." in page and "Pay $4.25" in page
    assert "−3,00 $" in page.replace("\u00a0", " ")
