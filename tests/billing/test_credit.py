"""A credit note gives back what the invoice has, to the cent, and takes its locks in one order."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from palier.billing import credit
from palier.billing.models import CreditNote, Invoice
from palier.billing.queries import locked_invoice
from palier.billing.void import credit_all
from palier.books import violations
from palier.catalog.models import Price, Product, Version
from palier.core.tax import TaxRate, rate_of, taxed
from palier.ledger.queries import credit_balance, owed_on
from palier.plan_changes.undo import expire
from tests.billing.elsewhere import is_locked
from tests.plan_changes.test_accept import give_credit
from tests.world import World


def worked_out_again(amount: int) -> int:
    """By how much taxes worked out on the rounded net miss the total of a price that includes them."""
    inside, outside = (
        [
            TaxRate(code, rate_of(percent), "CA", date(2020, 1, 1), included=included)
            for code, percent in (("TPS", "5"), ("TVQ", "9.975"))
        ]
        for included in (True, False)
    )
    invoice = taxed([(amount, inside)])
    return taxed([(invoice.net, outside)]).total - invoice.total


@pytest.mark.django_db
@pytest.mark.parametrize("missed_by", [1, -1])
def test_the_note_of_prices_with_their_taxes_inside_cancels_the_invoice(world: World, missed_by: int) -> None:
    price = next(900 + 10 * n for n in range(60, 400) if worked_out_again(7 * n) == missed_by)
    Product.objects.filter(code="web").update(prices_include_tax=True)
    Price.objects.filter(key="plan:web-b:monthly").update(amount=price)
    Version.objects.update(number=99)
    subscription = world.subscribe("web-a")
    change = world.accept(subscription, world.offer(subscription, "web-b"))
    invoice = Invoice.objects.get(id=change.invoice_id)
    assert worked_out_again(invoice.total) == missed_by
    expire(change.customer_id, change.id, house=world.house, at=world.now + timedelta(days=3))
    note = CreditNote.objects.get(invoice=invoice)
    assert (note.net, note.taxes, note.total) == (invoice.net, invoice.taxes, invoice.total)
    assert owed_on(change.customer_id, invoice.id) == 0
    assert violations() == []


@pytest.mark.django_db(transaction=True)
def test_the_accounts_are_locked_before_the_series(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The note of a paid invoice moves nothing in the receivable, which what follows it will want."""
    subscription = world.subscribe("web-a")
    locked = {}
    give_number = credit.give_number

    def look_and_give(document: Any) -> str:
        for account in ("credit_balance", "receivable"):
            locked[account] = is_locked(
                "SELECT 1 FROM ledger_balance WHERE customer_id = %s AND account = %s FOR UPDATE NOWAIT",
                [subscription.customer_id, account],
            )
        return give_number(document)

    give_credit(world, 100)
    monkeypatch.setattr(credit, "give_number", look_and_give)
    with transaction.atomic():
        invoice = locked_invoice(subscription.customer_id, subscription.periods.get().invoice_id)
        credit_all(invoice, reason="billed_again", on=world.now.date(), at=world.now)
    assert locked == {"credit_balance": True, "receivable": True}
    assert credit_balance(subscription.customer_id, "CAD") == 100 + invoice.total
