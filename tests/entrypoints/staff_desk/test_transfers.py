"""The transfers of the desk: read a statement, write down what arrived, match it; and who may."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from palier.billing.arrivals import record_arrival
from palier.billing.collect import collect
from palier.billing.models import Payment, StatementLine
from palier.core.money import Money
from palier.drivers.gateways.bank_transfer import written
from palier.events.record import Actor
from palier.ledger.queries import credit_balance
from palier.plan_changes.models import PlanChange
from tests.entrypoints.staff_desk.conftest import Desk, text
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def account(settings: Any) -> None:
    settings.GATEWAYS = {"transfer": {"driver": "bank_transfer", "account": "Folio 1234567"}}


@pytest.fixture
def awaited(world: World) -> Payment:
    """7.25 for Forfait B, announced as a transfer."""
    subscription = world.subscribe("web-a")
    change = world.accept(subscription, world.offer(subscription, "web-b"))
    assert change.invoice_id is not None
    return collect(
        change.customer_id, change.invoice_id, gateway="transfer", method_id=None, return_url="", at=world.now
    )


def send(desk: Desk, view: str, *key: object, **said: Any) -> Any:
    return desk.browser.post(reverse(f"staff_desk:{view}", args=key), said, follow=True)


def file(content: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("releve.csv", content.encode("cp1252"), "text/csv")


def test_what_is_awaited_is_listed_with_its_reference(desk: Desk, awaited: Payment) -> None:
    page = text(desk.get("transfers"))

    assert written(awaited.reference or "") in page
    assert "Ateliers Boréale" in page and "$7.25" in page


def test_a_statement_is_shown_before_it_is_taken_in(world: World, desk: Desk, awaited: Payment) -> None:
    said = f"Date;Libellé;Crédit\n23/11/2026;VIREMENT {awaited.reference};7,25\n31/11/2026;?;1,00\n23/11/2026;X;9,00\n"

    page = send(desk, "read_statement", account="transfer", file=file(said))

    shown = text(page)
    assert f"Pays invoice {awaited.invoice.number} of Ateliers Boréale" in shown
    assert "Line 3: “31/11/2026” is not a date" in shown and "Waits to be matched by hand" in shown
    assert StatementLine.objects.count() == 0

    answers = {"on": "0", "amount": "2", "text": "1", "reference": "", "order": "dmy", "confirm": "yes"}
    for _ in range(2):
        after = send(desk, "read_statement", account="transfer", content=said, **answers)
    world.drain()

    assert "0 new lines taken in" in text(after)
    assert sorted(StatementLine.objects.values_list("state", flat=True)) == ["matched", "waiting"]
    assert PlanChange.objects.get().state == "done"


def test_a_column_that_is_no_number_of_one_is_asked_for_again(desk: Desk) -> None:
    answers = {
        "on": "9" * 5000,
        "amount": "-1",
        "text": "x",
        "reference": "99",
        "order": "ymd",
        "confirm": "yes",
    }
    page = send(
        desk, "read_statement", account="transfer", content="Date,Amount\n2026-11-03,7.25\n", **answers
    )
    assert "Which column is which?" in text(page)


def test_a_statement_of_a_megabyte_is_sent_back_without_growing(desk: Desk) -> None:
    """As a form of fields it would be up to three times as long, and be refused."""
    page = send(desk, "read_statement", account="transfer", file=file("Date,Amount\n2026-11-03,7.25\n"))
    form = page.content.decode().partition('name="content"')[0].rpartition("<form")[2]
    assert 'enctype="multipart/form-data"' in form


def test_columns_that_the_file_does_not_tell_are_asked_for(desk: Desk) -> None:
    said = "Date,Amount\n03/11/2026,7.25\n"

    asked = send(desk, "read_statement", account="transfer", file=file(said))
    assert "Which column is which?" in text(asked) and "Take" not in text(asked)

    told = send(desk, "read_statement", account="transfer", content=said, on="0", amount="1", order="mdy")
    assert "Mar 11, 2026" in text(told) and "Take 1 new line in" in text(told)


@pytest.mark.parametrize("content", ["", "no table at all"])
def test_a_file_that_is_no_statement_says_what_to_do(desk: Desk, content: str) -> None:
    page = send(desk, "read_statement", account="transfer", content=content)

    assert "download the statement from your bank as CSV" in text(page)


def test_money_of_another_currency_is_refused_in_words(world: World, desk: Desk, awaited: Payment) -> None:
    by = Actor("staff", world.dana.id)
    line = record_arrival("transfer", date(2026, 11, 23), Money(725, "EUR"), "Alice", by=by, at=world.now)

    page = send(desk, "match_invoice", line.id, customer=awaited.customer_id, invoice=awaited.invoice_id)

    assert "This invoice is in another currency" in text(page)
    line.refresh_from_db()
    assert line.state == "waiting"


def test_what_was_written_down_is_matched_by_hand(world: World, desk: Desk, awaited: Payment) -> None:
    page = send(
        desk, "record_arrival", account="transfer", on="2026-11-23", amount="5,00", text="Alice", note=""
    )
    line = StatementLine.objects.get()
    assert "Match what arrived" in text(page)

    found = desk.get("match", line.id, q=str(awaited.invoice.number))
    assert f"It pays invoice {awaited.invoice.number}" in text(found)
    send(desk, "match_invoice", line.id, customer=awaited.customer_id, invoice=awaited.invoice_id)

    awaited.refresh_from_db()
    assert (awaited.state, awaited.amount) == ("awaiting_transfer", 225)


def test_money_may_go_into_the_balance_or_aside(world: World, desk: Desk) -> None:
    dana = Actor("staff", world.dana.id)
    first, second = (
        record_arrival("transfer", date(2026, 11, 20), Money(5000, "CAD"), said, by=dana, at=world.now)
        for said in ("acompte", "loyer")
    )

    send(desk, "match_balance", first.id, customer=world.boreale.id)
    send(desk, "set_aside", second.id, note="the rent")

    assert credit_balance(world.boreale.id, "CAD") == 5000
    second.refresh_from_db()
    assert (second.state, second.note) == ("set_aside", "the rent")
    assert "the rent" in text(desk.get("transfers"))
    assert "Take up again" in text(desk.get("transfers"))
    send(desk, "take_up", second.id)
    second.refresh_from_db()
    assert second.state == "waiting"
    assert desk.get("match", second.id).status_code == 200
    assert desk.get("match", first.id).status_code == 404


@pytest.mark.parametrize(
    ("on", "amount", "said"),
    [
        ("2026-11-23", "lots", "Write the amount"),
        ("yesterday", "5", "Write the day"),
        ("2026-11-24", "5", "not in the future"),
        ("2026-11-23", "-5", "more than nothing"),
    ],
)
def test_what_cannot_be_is_not_written_down(
    world: World, desk: Desk, on: str, amount: str, said: str
) -> None:
    page = send(desk, "record_arrival", account="transfer", on=on, amount=amount)

    assert said in text(page)
    assert StatementLine.objects.count() == 0


def test_an_account_that_is_not_ours_is_not_found(desk: Desk) -> None:
    assert send(desk, "record_arrival", account="stripe", on="2026-11-23", amount="5").status_code == 404
