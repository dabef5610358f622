"""Numbers of documents: never the same twice, and taken in one turn."""

import pytest

from palier.billing.models import Invoice, Series
from palier.billing.number import TURN
from tests.billing.elsewhere import answer_elsewhere
from tests.world import World

pytestmark = pytest.mark.django_db


def test_the_invoice_after_the_9999th_of_a_year_has_a_number_of_its_own(world: World) -> None:
    Series.objects.create(kind="invoice", year=2026, next=9_999)
    for account in ("one", "two", "three"):
        world.subscribe("web-a", account=account)
    numbers = Invoice.objects.order_by("issued_at", "id").values_list("number", flat=True)
    assert sorted(numbers) == ["2026-10000", "2026-10001", "2026-9999"]


def test_whoever_has_numbered_one_document_has_the_turn_for_all_kinds(world: World) -> None:
    """Else one transaction could hold the invoices and want the credit notes, and another the reverse."""
    asked = "SELECT pg_try_advisory_xact_lock(%s)"
    assert answer_elsewhere(asked, [TURN]) is True
    world.subscribe("web-a")
    assert answer_elsewhere(asked, [TURN]) is False
