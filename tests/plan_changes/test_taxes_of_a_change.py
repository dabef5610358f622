"""Taxes through a change's whole life: the province moves, a rate changes on a date, a customer is exempt, prices
include their taxes. What was quoted is what is invoiced, or nothing is."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from palier.billing.credit import LineToCredit, issue_credit_note
from palier.billing.models import CreditNote, Invoice
from palier.books import violations
from palier.catalog import models as catalog
from palier.core.tax_due import Exemption
from palier.documents.read import paper_of
from palier.documents.sheet import sheet
from palier.events.models import Event
from palier.events.record import SYSTEM, Actor
from palier.ledger.queries import credit_balance, owed_on
from palier.people.billing_details import BillingDetails, change_billing_details
from palier.people.exempt import add_exemption, end_exemption
from palier.people.models import Customer, Provider
from palier.people.queries import provider
from palier.plan_changes.accept import QuoteOutdated
from palier.plan_changes.undo import expire
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
PARIS = BillingDetails(
    "Ateliers Boréale SARL", "12, rue de la Paix", "Paris", "", "75002", "FR", "FR40303265045"
)


def move(world: World, **details: str) -> bool:
    """To another address, by the customer's own hand."""
    changed = replace(BillingDetails.of(world.boreale), **details)
    by = Actor("user", world.alice.id)
    written = change_billing_details(world.boreale.id, changed, by=by, at=world.now, on=TODAY)
    world.boreale.refresh_from_db()
    return written


def exempt(world: World, code: str, *, until_on: date | None = None, certificate: str = "QC-4471") -> None:
    exemption = Exemption(code, date(2026, 11, 14), until_on, certificate)
    add_exemption(world.boreale.id, exemption, reason="", by=SYSTEM, at=world.now)
    world.boreale.refresh_from_db()


def taxes_of(invoice: Invoice) -> dict[str, int]:
    return {tax["code"]: tax["amount"] for tax in invoice.taxes}


def include_taxes() -> None:
    catalog.Product.objects.filter(code="web").update(prices_include_tax=True)
    catalog.Version.objects.update(number=91)


class TestAnotherProvince:
    def test_a_move_between_the_offer_and_its_acceptance_makes_the_offer_outdated(self, world: World) -> None:
        subscription = world.subscribe()
        offered = world.offer(subscription, "web-b")
        move(world, region="ON", postal_code="M5V 2T6")
        with pytest.raises(QuoteOutdated) as outdated:
            world.accept(subscription, offered)
        assert [tax.code for tax in outdated.value.old.today.taxes] == ["TPS", "TVQ"]
        assert [(tax.code, tax.amount) for tax in outdated.value.new.today.taxes] == [("TVH", 82)]
        assert not Invoice.objects.filter(subject_kind="plan_change").exists()

    def test_what_is_issued_stays_and_the_next_invoice_follows(self, world: World) -> None:
        subscription = world.subscribe()
        change = world.accept(subscription, world.offer(subscription, "web-b"))
        move(world, region="ON", postal_code="M5V 2T6")
        world.pay(change.customer_id, change.invoice_id)
        world.drain()
        first = Invoice.objects.get(id=change.invoice_id)
        assert (taxes_of(first), first.buyer["region"]) == ({"TPS": 32, "TVQ": 63}, "QC")
        world.pass_time(NOW + timedelta(days=15))
        renewal = Invoice.objects.latest("issued_at")
        assert (taxes_of(renewal), renewal.buyer["region"]) == ({"TVH": 234}, "ON")

    def test_the_open_renewal_keeps_what_it_was(self, world: World) -> None:
        world.subscribe()
        world.pass_time(NOW + timedelta(days=15))
        renewal = Invoice.objects.latest("issued_at")
        before = (renewal.taxes, renewal.total, renewal.buyer)
        move(world, region="ON", postal_code="M5V 2T6")
        world.pass_time(NOW + timedelta(days=16))
        renewal.refresh_from_db()
        assert (renewal.taxes, renewal.total, renewal.buyer) == before

    def test_it_is_told_in_an_event_with_who_did_it(self, world: World) -> None:
        assert move(world, region="ON", postal_code="M5V 2T6")
        assert not move(world, region="ON", postal_code="M5V 2T6")
        (event,) = Event.objects.filter(kind="customer.billing_details_changed")
        assert (event.actor_kind, event.actor_id) == ("user", world.alice.id)
        assert (event.facts["before"]["region"], event.facts["after"]["region"]) == ("QC", "ON")


class TestARateThatChangesOnADate:
    def test_the_day_before_has_the_old_rate(self, world: World) -> None:
        subscription = world.subscribe()
        new_rate(date(2026, 11, 24))
        catalog.Version.objects.update(number=90)
        offered = world.offer(subscription, "web-b")
        world.now += timedelta(minutes=1)
        assert taxes_of(invoice_of(world, subscription, offered)) == {"TPS": 32, "TVQ": 63}

    def test_one_accepted_after_midnight_is_not_invoiced_at_the_old_rate(self, world: World) -> None:
        subscription = world.subscribe()
        new_rate(date(2026, 11, 24))
        catalog.Version.objects.update(number=90)
        world.now = NOW.replace(hour=4, minute=58) + timedelta(
            days=1
        )  # two minutes before midnight in Québec
        offered = world.offer(subscription, "web-b")
        assert [tax.amount for tax in offered.quote.today.taxes] == [32, 63]
        world.now += timedelta(minutes=5)
        with pytest.raises(QuoteOutdated) as outdated:
            world.accept(subscription, offered)
        new = outdated.value.new
        # 20 of 30 days are left: 6.00, at 5 % and 12 %.
        assert (new.on, new.today.net, [tax.amount for tax in new.today.taxes]) == (
            date(2026, 11, 24),
            600,
            [30, 72],
        )

    def test_without_a_new_rate_midnight_takes_a_day_off(self, world: World) -> None:
        subscription = world.subscribe()
        world.now = NOW.replace(hour=4, minute=58) + timedelta(days=1)
        offered = world.offer(subscription, "web-b")
        world.now += timedelta(minutes=5)
        with pytest.raises(QuoteOutdated) as outdated:
            world.accept(subscription, offered)
        assert (outdated.value.old.today.net, outdated.value.new.today.net) == (630, 600)

    def test_a_renewal_across_it_has_the_rate_of_its_invoice(self, world: World) -> None:
        """Invoiced on 7 December for the period from the 14th; the new rate begins between them."""
        subscription = world.subscribe()
        new_rate(date(2026, 12, 10))
        catalog.Version.objects.update(number=90)
        quoted = world.offer(subscription, "web-b").quote
        assert [tax.amount for tax in quoted.renewal.taxes] == [90, 180]
        world.pass_time(NOW + timedelta(days=15))
        assert taxes_of(Invoice.objects.latest("issued_at")) == {"TPS": 45, "TVQ": 90}
        world.pay_all(world.boreale, at=world.now)
        world.pass_time(NOW + timedelta(days=46))
        assert taxes_of(Invoice.objects.latest("issued_at")) == {"TPS": 45, "TVQ": 108}


def new_rate(from_on: date) -> None:
    catalog.TaxRate.objects.create(
        code="TVQ",
        names={"fr": "TVQ", "en": "QST"},
        rate="0.12",
        jurisdiction="CA-QC",
        valid_from=from_on,
        position=99,
    )


def invoice_of(world: World, subscription: object, offered: object) -> Invoice:
    change = world.accept(subscription, offered)  # type: ignore[arg-type]
    return Invoice.objects.get(id=change.invoice_id)


class TestAnExemptCustomer:
    def test_one_tax_is_left_out_and_the_certificate_named(self, world: World) -> None:
        exempt(world, "TVQ")
        subscription = world.subscribe()
        change = world.accept(subscription, world.offer(subscription, "web-b"))
        invoice = Invoice.objects.get(id=change.invoice_id)
        assert (taxes_of(invoice), invoice.total) == ({"TPS": 32}, 662)
        assert invoice.notes == ["Exonération de la TVQ, certificat QC-4471."]

    def test_the_credit_note_says_it_too(self, world: World) -> None:
        exempt(world, "")
        subscription = world.subscribe()
        change = world.accept(subscription, world.offer(subscription, "web-b"))
        expire(change.customer_id, change.id, house=world.house, at=world.now + timedelta(days=3))
        note = CreditNote.objects.get()
        assert (note.total, note.taxes) == (630, [])
        assert note.notes == [
            "Exonération de la TPS, certificat QC-4471.",
            "Exonération de la TVQ, certificat QC-4471.",
        ]

    def test_one_that_ends_before_the_renewal_is_invoiced_is_not_promised_there(self, world: World) -> None:
        exempt(world, "TVQ", until_on=date(2026, 12, 7))
        quote = world.offer(world.subscribe(), "web-b").quote
        assert [tax.code for tax in quote.today.taxes] == ["TPS"]
        assert [tax.code for tax in quote.renewal.taxes] == ["TPS", "TVQ"]

    def test_ending_it_lets_the_next_invoice_bear_the_tax(self, world: World) -> None:
        subscription = world.subscribe()
        exempt(world, "TVQ")
        row = world.boreale.id, Event.objects.get(kind="tax_exemption.added").subject_id
        end_exemption(*row, until_on=TODAY, by=SYSTEM, at=world.now)
        assert [tax.code for tax in world.offer(subscription, "web-b").quote.today.taxes] == ["TPS", "TVQ"]
        assert Event.objects.filter(kind="tax_exemption.ended").count() == 1

    def test_an_exemption_given_between_offer_and_acceptance_is_shown_before_it_is_invoiced(
        self, world: World
    ) -> None:
        subscription = world.subscribe()
        offered = world.offer(subscription, "web-b")
        exempt(world, "TVQ")
        with pytest.raises(QuoteOutdated):
            world.accept(subscription, offered)


class TestABusinessInAnotherMemberState:
    def test_its_invoice_is_without_tax_and_says_who_is_liable(self, world: World) -> None:
        in_germany(world)
        move(world, **{name: getattr(PARIS, name) for name in PARIS.__slots__})
        subscription = world.subscribe()
        change = world.accept(subscription, world.offer(subscription, "web-b"))
        invoice = Invoice.objects.get(id=change.invoice_id)
        assert (invoice.taxes, invoice.total) == ([], 630)
        (note,) = invoice.notes
        assert note.startswith("Autoliquidation") and "196" in note and "2006/112/CE" in note
        assert invoice.buyer["vat_number"] == "FR40303265045"
        assert Customer.objects.get(id=world.boreale.id).vat_checked_on == TODAY
        printed = sheet(paper_of(world.boreale.id, ("invoice", invoice.id), provider()))
        assert "TVA DE136695976" in printed.blocks[0].lines
        assert any("FR40303265045" in line for line in printed.blocks[1].lines)
        assert printed.notes == (note,)

    def test_without_a_number_it_pays_the_sellers_tax(self, world: World) -> None:
        in_germany(world)
        move(world, **{name: getattr(PARIS, name) for name in PARIS.__slots__} | {"vat_number": ""})
        subscription = world.subscribe()
        invoice = invoice_of(world, subscription, world.offer(subscription, "web-b"))
        assert (taxes_of(invoice), invoice.notes) == ({"VAT-DE": 120}, [])


def in_germany(world: World) -> None:
    """The host is a German one, registered at home."""
    Provider.objects.update(country="DE")
    german = {"code": "VAT-DE", "names": {"fr": "TVA", "en": "VAT"}, "rate": "0.19", "jurisdiction": "DE"}
    catalog.TaxRate.objects.create(**german, valid_from=date(2021, 1, 1), number="DE136695976", position=98)
    catalog.Version.objects.update(number=92)


class TestPricesWithTheirTaxes:
    """Forfait A at 9.00 and B at 18.00 a month, TPS and TVQ inside: 6.30 / 1.14975 = 5.48 before tax."""

    def test_what_is_due_is_the_difference_with_its_taxes(self, world: World) -> None:
        include_taxes()
        subscription = world.subscribe()
        offered = world.offer(subscription, "web-b")
        assert (offered.quote.today.net, offered.quote.due_now) == (548, 630)
        assert (offered.quote.renewal.net, offered.quote.renewal.total) == (1566, 1800)
        invoice = invoice_of(world, subscription, offered)
        assert (taxes_of(invoice), invoice.net, invoice.total) == ({"TPS": 27, "TVQ": 55}, 548, 630)

    def test_an_exempt_customer_pays_the_price_less_the_tax_included(self, world: World) -> None:
        include_taxes()
        exempt(world, "")
        subscription = world.subscribe()
        first = Invoice.objects.get()
        assert (first.net, first.taxes, first.total) == (783, [], 783)  # 9.00 / 1.14975
        invoice = invoice_of(world, subscription, world.offer(subscription, "web-b"))
        assert (invoice.net, invoice.taxes, invoice.total) == (548, [], 548)

    @pytest.mark.parametrize(("is_exempt", "back"), [(False, 90), (True, 78)])
    def test_late_days_are_given_back_with_what_was_in_them(
        self, world: World, is_exempt: bool, back: int
    ) -> None:
        """Done three days late: 0.90 of the 6.30, or 0.78 of the 5.48 that an exempt customer paid."""
        include_taxes()
        if is_exempt:
            exempt(world, "")
        subscription = world.subscribe()
        world.panel.set_mode("down")
        change = world.accept(subscription, world.offer(subscription, "web-b"))
        world.pay(change.customer_id, change.invoice_id)
        world.drain()
        world.now += timedelta(days=3)
        world.panel.set_mode("ok")
        world.work_until_done()
        change.refresh_from_db()
        assert change.state == "done"
        assert CreditNote.objects.get().total == credit_balance(world.boreale.id, "CAD") == back
        assert violations() == []

    @pytest.mark.parametrize("is_exempt", [False, True])
    def test_a_change_given_up_leaves_nothing_owed(self, world: World, is_exempt: bool) -> None:
        include_taxes()
        if is_exempt:
            exempt(world, "")
        subscription = world.subscribe()
        change = world.accept(subscription, world.offer(subscription, "web-b"))
        expire(change.customer_id, change.id, house=world.house, at=world.now + timedelta(days=3))
        assert change.invoice_id is not None
        assert owed_on(world.boreale.id, change.invoice_id) == 0
        assert violations() == []

    def test_what_is_carried_is_capped_by_the_price_still_held_after_a_credit_note(
        self, world: World
    ) -> None:
        """Credited in full: nothing of the 9.00 is left to carry, not the tax that was in it either."""
        include_taxes()
        subscription = world.subscribe()
        invoice = Invoice.objects.get()
        line = invoice.lines.get()
        credit = LineToCredit(
            "undone",
            invoice.net,
            tax_class="standard",
            facts=line.facts | {"origin": line.facts["plan"]},
            subscription_id=subscription.id,
            product=line.product,
            plan=line.plan,
            start_on=line.start_on,
            until_on=line.until_on,
        )
        issue_credit_note(invoice, [credit], reason="undone", on=TODAY, at=world.now)
        quote = world.offer(subscription, "web-b", "yearly").quote
        assert [(found.code, found.amount) for found in quote.lines] == [("new_period", 18000)]

    def test_a_longer_cycle_carries_prices_with_their_taxes(self, world: World) -> None:
        include_taxes()
        quote = world.offer(world.subscribe(), "web-b", "yearly").quote
        assert [(line.code, line.amount) for line in quote.lines] == [
            ("new_period", 18000),
            ("carried", -630),
        ]
        assert quote.due_now == 17370
