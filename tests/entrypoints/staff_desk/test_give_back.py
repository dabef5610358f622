"""Staff read documents, and give money back: what the page says would happen is what happens, once."""

import re
from html import unescape
from uuid import UUID

import pytest
from django.urls import reverse

from palier.billing.credit_by_person import AskedCredit, TooMuch, credit_by_person, proposed_credit
from palier.billing.models import CreditNote, CreditNoteLine, Invoice, Payment, Refund
from palier.billing.refund import most_refundable
from palier.entrypoints.demo.card_control import CardControl
from palier.events.models import Event
from palier.events.record import Actor
from palier.ledger.queries import credit_balance, owed_on
from palier.plan_changes.models import PlanChange
from palier.subscriptions.models import Period
from tests.card import pay_by_card
from tests.documents.pdf_text import text as text_of_pdf
from tests.entrypoints.staff_desk.conftest import Desk, item_about, text
from tests.pages import links
from tests.plan_changes.rules import set_policies, set_setup_fee
from tests.plan_changes.test_accept import give_credit
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(world: World, card: CardControl) -> Invoice:
    """The founding change's 7.25, paid by card; the change is done."""
    subscription = world.subscribe()
    change = world.accept(subscription, world.offer(subscription, "web-b"))
    invoice = Invoice.objects.get(id=change.invoice_id)
    pay_by_card(world, card, invoice)
    world.drain()
    return invoice


@pytest.fixture
def owed(world: World) -> Invoice:
    """A first period of 10.35 that nobody paid."""
    world.subscribe(paid=False)
    return Invoice.objects.get()


def press(desk: Desk, act: str, invoice: Invoice, **typed: str):  # type: ignore[no-untyped-def]
    address = reverse(f"staff_desk:{act}", args=[invoice.customer_id, invoice.id])
    return desk.browser.post(address, typed, follow=True)


def hidden(page) -> dict[str, str]:  # type: ignore[no-untyped-def]
    """What the button of the act sends, as a browser would."""
    form = page.content.decode().partition('id="outcome"')[2].partition("</form>")[0]
    sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    return {name: unescape(value) for name, value in sent.items() if name != "csrfmiddlewaretoken"}


class TestCredit:
    def test_the_page_says_to_the_cent_what_will_happen_and_does_nothing(
        self, desk: Desk, paid: Invoice
    ) -> None:
        page = press(
            desk, "credit", paid, line="all", amount="3,15", said="Trois jours de panne.", to="method"
        )
        said = text(page)
        for words in (
            "Given back, before tax $3.15",
            "TPS 5% $0.16",
            "TVQ 9.975% $0.32",
            "Credit note $3.63",
            "$3.63 goes back to Visa •••• 4242.",
            "Issue a credit note of $3.63",
        ):
            assert words in said.replace("\u00a0", " "), words
        assert not CreditNote.objects.exists() and not Refund.objects.exists()

    def test_a_part_to_the_card(self, desk: Desk, world: World, paid: Invoice, card: CardControl) -> None:
        page = press(
            desk, "credit", paid, line="all", amount="3.15", said="Trois jours de panne.", to="method"
        )
        done = press(desk, "credit", paid, **hidden(page))
        note = CreditNote.objects.get()
        assert (note.net, note.total, note.reason) == (315, 363, "given_back")
        refund = Refund.objects.get()
        assert (refund.amount, refund.state, card.count("refunds_made")) == (363, "succeeded", 1)
        assert credit_balance(paid.customer_id, "CAD") == 0
        assert f"Credit note {note.number} of $3.63 is issued." in text(done)
        assert "$3.63 is on its way back." in text(done)
        event = Event.objects.get(kind="credit_note.issued")
        assert (event.actor_kind, event.actor_id) == ("staff", world.dana.id)

    def test_all_to_the_credit_balance(self, desk: Desk, paid: Invoice) -> None:
        page = press(
            desk, "credit", paid, line="all", amount="", said="Geste commercial.", to="credit_balance"
        )
        press(desk, "credit", paid, **hidden(page))
        assert credit_balance(paid.customer_id, "CAD") == 725 and not Refund.objects.exists()
        assert left(desk, paid) == []

    def test_the_client_reads_the_sentence(self, desk: Desk, paid: Invoice) -> None:
        page = press(
            desk,
            "credit",
            paid,
            line="all",
            amount="1",
            said="Trois jours de panne <b>.",
            to="credit_balance",
        )
        press(desk, "credit", paid, **hidden(page))
        line = CreditNoteLine.objects.get()
        assert line.text.endswith("Trois jours de panne <b>.")
        assert line.subscription_id is not None and line.start_on is not None

    def test_the_second_press_of_the_same_button_gives_nothing_twice(self, desk: Desk, paid: Invoice) -> None:
        page = press(desk, "credit", paid, line="all", amount="1", said="Encore.", to="credit_balance")
        said = hidden(page)
        press(desk, "credit", paid, **said)
        again = press(desk, "credit", paid, **said)
        assert again.status_code == 422 and "The amounts have changed" in text(again)
        assert CreditNote.objects.count() == 1

    @pytest.mark.parametrize(
        ("typed", "error"),
        [
            ({"amount": "abc", "said": "x"}, "Write an amount such as 12.50."),
            ({"amount": "-1", "said": "x"}, "Write an amount above zero."),
            ({"amount": "6.31", "said": "x"}, "At most $6.30 before tax is left of it."),
            ({"amount": "1", "said": " "}, "This field is required."),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
        self, desk: Desk, paid: Invoice, typed: dict[str, str], error: str
    ) -> None:
        page = press(desk, "credit", paid, line="all", to="method", **typed)
        assert page.status_code == 422 and error in text(page)
        assert f'value="{typed["amount"]}"' in page.content.decode()
        assert not CreditNote.objects.exists()

    def test_of_an_unpaid_invoice_it_takes_off_what_is_owed(self, desk: Desk, owed: Invoice) -> None:
        page = press(desk, "credit", owed, line="all", amount="4", said="Un geste.", to="credit_balance")
        assert "$4.60 is taken off what is still to pay." in text(page)
        press(desk, "credit", owed, **hidden(page))
        assert owed_on(owed.customer_id, owed.id) == 1035 - 460
        assert Period.objects.get().paid_on is None

    def test_an_unpaid_invoice_credited_whole_counts_as_paid(
        self, desk: Desk, world: World, owed: Invoice
    ) -> None:
        page = press(desk, "credit", owed, line="all", amount="", said="Offert.", to="credit_balance")
        assert "goes on as if it were paid" in text(page)
        press(desk, "credit", owed, **hidden(page))
        world.drain()
        assert Period.objects.get().paid_on is not None
        assert owed_on(owed.customer_id, owed.id) == 0

    def test_one_line_of_several(self, desk: Desk, world: World) -> None:
        world.subscribe("web-b", options=(("dedicated-ip", 1),))
        invoice = Invoice.objects.get()
        _plan, option = invoice.lines.order_by("id")
        too_much = {
            "line": str(option.id),
            "amount": "1000",
            "said": "L’adresse n’a pas servi.",
            "to": "credit_balance",
        }
        assert f"At most ${option.net / 100:.2f} before tax" in text(
            press(desk, "credit", invoice, **too_much)
        )
        page = press(desk, "credit", invoice, **{**too_much, "amount": ""})
        press(desk, "credit", invoice, **hidden(page))
        line = CreditNoteLine.objects.get()
        assert (line.net, line.facts["option"]) == (option.net, option.facts["option"])

    def test_a_refused_refund_says_where_the_money_is(
        self, desk: Desk, paid: Invoice, card: CardControl
    ) -> None:
        page = press(desk, "credit", paid, line="all", amount="", said="Annulé.", to="method")
        card.set_mode("refuse")
        done = press(desk, "credit", paid, **hidden(page))
        assert "was refused: the money is in the credit balance" in text(done)
        assert credit_balance(paid.customer_id, "CAD") == 725

    def test_it_cannot_be_done_by_going_there(self, desk: Desk, paid: Invoice) -> None:
        assert desk.get("credit", paid.customer_id, paid.id, figures="x").status_code == 200
        assert not CreditNote.objects.exists()

    def test_anothers_invoice_is_not_found(self, desk: Desk, world: World, paid: Invoice) -> None:
        address = reverse("staff_desk:credit", args=[world.stranger.id, paid.id])
        assert desk.browser.get(address).status_code == desk.browser.post(address).status_code == 404


def left(desk: Desk, invoice: Invoice) -> list[str]:
    """The acts that the invoice's page still offers."""
    found = links(desk.get("document", invoice.customer_id, invoice.id))
    credit = reverse("staff_desk:credit", args=[invoice.customer_id, invoice.id])
    return [link for link in found if link == credit]


def test_a_line_is_not_given_back_out_of_what_another_holds(world: World) -> None:
    """Of 6.30 for the period and 5.00 to set it up, the 5.00 are given back once."""
    set_policies(setup_fee="charge")
    set_setup_fee("web-b", 500)
    change = world.change(world.subscribe("web-a"), "web-b")
    assert change.invoice is not None
    fee = change.invoice.lines.get(code="setup_fee")
    asked = AskedCredit("A gesture.", line_id=fee.id)
    figures = proposed_credit(change.invoice, asked).figures
    by = Actor("staff", world.dana.id)
    credit_by_person(
        change.customer_id,
        change.invoice.id,
        asked,
        figures=figures,
        by=by,
        on=world.now.date(),
        at=world.now,
    )

    with pytest.raises(TooMuch) as refused:
        proposed_credit(change.invoice, asked)

    assert refused.value.left == 0
    assert proposed_credit(change.invoice, AskedCredit("The rest.")).net == 630


def test_a_transfer_is_awaited_no_more_for_what_was_given_back(world: World, owed: Invoice) -> None:
    awaited = Payment.objects.create(
        customer_id=owed.customer_id, invoice=owed, gateway="transfer", amount=owed.total, currency="CAD",
        started_at=world.now,
    )  # fmt: skip
    Payment.objects.filter(id=awaited.id).update(state="awaiting_transfer", reference="RF18539007547034")
    asked = AskedCredit("A gesture.")
    credit_by_person(
        owed.customer_id, owed.id, asked, figures=proposed_credit(owed, asked).figures,
        by=Actor("staff", world.dana.id), on=world.now.date(), at=world.now,
    )  # fmt: skip

    awaited.refresh_from_db()
    assert (awaited.state, awaited.failure) == ("abandoned", "nothing_owed")


class TestRefund:
    @pytest.fixture
    def held(self, world: World, paid: Invoice) -> Invoice:
        """10.00 in the credit balance, of which 7.25 can go back to the card."""
        give_credit(world, 1000)
        return paid

    def test_no_more_than_what_paid_the_invoice(self, desk: Desk, held: Invoice) -> None:
        page = press(desk, "refund", held, amount="7.26", said="Demandé.")
        assert page.status_code == 422 and "At most $7.25 can go back there." in text(page)

    def test_a_part_goes_back_once(self, desk: Desk, held: Invoice, card: CardControl) -> None:
        page = press(desk, "refund", held, amount="5", said="Demandé par téléphone.")
        assert "$5.00 goes back to Visa •••• 4242." in text(page)
        said = hidden(page)
        assert "$5.00 is on its way back." in text(press(desk, "refund", held, **said))
        again = press(desk, "refund", held, **said)
        assert again.status_code == 422 and "The amounts have changed" in text(again)
        assert (card.count("refunds_made"), credit_balance(held.customer_id, "CAD")) == (1, 500)
        event = Event.objects.get(kind="refund.started")
        assert event.facts["said"] == "Demandé par téléphone." and event.actor_kind == "staff"

    def test_all_that_can(self, desk: Desk, held: Invoice) -> None:
        press(desk, "refund", held, **hidden(press(desk, "refund", held, amount="", said="Tout.")))
        assert Refund.objects.get().amount == 725
        assert most_refundable(held.customer_id, held.id, "CAD") == 0

    def test_what_is_not_held_cannot_go_back(self, desk: Desk, paid: Invoice) -> None:
        page = desk.get("document", paid.customer_id, paid.id)
        assert reverse("staff_desk:refund", args=[paid.customer_id, paid.id]) not in links(page)
        assert press(desk, "refund", paid, amount="", said="x").status_code == 422


class TestDocuments:
    def test_staff_open_what_the_client_sees(self, desk: Desk, paid: Invoice) -> None:
        page = desk.get("document", paid.customer_id, paid.id)
        assert "Facture 2026-0002" in text(page) and "Payé avec Visa •••• 4242" in text(page)
        answer = desk.get("document_pdf", paid.customer_id, paid.id)
        assert 'filename="Facture-2026-0002.pdf"' in answer.headers["Content-Disposition"]
        assert "Facture 2026-0002" in text_of_pdf(answer.content)

    def test_receipts_too(self, desk: Desk, paid: Invoice) -> None:
        payment = Payment.objects.get(invoice=paid)
        assert "Reçu 2026-0002-1" in text(desk.get("receipt", paid.customer_id, payment.id))
        assert desk.get("receipt_pdf", paid.customer_id, payment.id).content.startswith(b"%PDF-")

    def test_they_are_reached_from_the_customer_and_from_the_work(
        self, desk: Desk, refused: PlanChange
    ) -> None:
        address = reverse("staff_desk:document", args=[refused.customer_id, refused.invoice_id])
        item = item_about(refused.id)
        assert address in links(desk.get("customer", refused.customer_id))
        assert address in links(desk.get("item", item.customer_id, item.id))

    def test_under_another_customer_it_is_not_found(self, desk: Desk, world: World, paid: Invoice) -> None:
        payment = Payment.objects.get(invoice=paid)
        asked: list[tuple[str, UUID]] = [
            ("document", paid.id), ("document_pdf", paid.id), ("receipt", payment.id), ("receipt_pdf", payment.id),
        ]  # fmt: skip
        for view, key in asked:
            assert desk.get(view, world.stranger.id, key).status_code == 404, view
