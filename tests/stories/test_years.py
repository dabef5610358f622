"""Lives of years through the clock, by the calendar: what is billed, on which days, to the cent, and books that balance
at every end.

Amounts are before tax unless a total is named; the calendar arithmetic stands beside each number, and every invoice's
taxes are worked out once more by `with_taxes`.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest

from palier.billing.dispute import settle_dispute
from palier.billing.models import CreditNote, Invoice, Payment
from palier.books import violations
from palier.core.money import Money
from palier.drivers.gateway import DisputeReport, DisputeState
from palier.entrypoints.batch.rounds import round_of_day
from palier.ledger.queries import credit_balance, owed_by
from palier.plan_changes.by_person import retry
from palier.plan_changes.models import PlanChange
from palier.provisioning.apply_catalogue import apply_document
from palier.subscriptions.models import Period, Subscription
from palier.subscriptions.queries import real_periods
from tests.catalogs.files import block, demo, with_own_taxes
from tests.stories.conftest import Years
from tests.world import World

pytestmark = pytest.mark.django_db

Begin = Callable[..., Years]


def noon(year: int, month: int, day: int) -> datetime:
    """Noon in Québec in winter, near enough in summer: no date hangs on the hour."""
    return datetime(year, month, day, 17, 0, tzinfo=UTC)


def billed(subscription: Subscription) -> list[tuple[str, int]]:
    """(first day, before tax) of every period that has days, in order."""
    periods = real_periods(subscription.customer_id, subscription.id).order_by("start_on")
    return [(period.start_on.isoformat(), period.billed_price) for period in periods]


def starts(subscription: Subscription) -> list[str]:
    return [start_on for start_on, _ in billed(subscription)]


def net_of(change: PlanChange) -> int:
    return Invoice.objects.get(id=change.invoice_id).net if change.invoice_id else 0


def with_taxes(net: int, *rates: str) -> int:
    """An amount and each of its taxes, rounded on its own: Québec's, unless told otherwise."""
    taxes = [Decimal(net) * Decimal(rate) / 100 for rate in rates or ("5", "9.975")]
    return net + sum(int(tax.quantize(Decimal(1), ROUND_HALF_UP)) for tax in taxes)


def books_are_right(world: World, currency: str = "CAD") -> None:
    assert violations() == []
    assert owed_by(world.boreale.id, currency) == 0


def taxes_are_right() -> None:
    """To the cent, on every document, by arithmetic of our own."""
    for kind in (Invoice, CreditNote):
        totals = list(kind.objects.values_list("net", "total"))
        assert totals == [(net, with_taxes(net)) for net, _ in totals]
    assert Invoice.objects.exists()


def test_three_years_of_a_client_who_goes_up_down_and_up_in_one_month(years: Begin) -> None:
    life = years()
    world = life.world
    subscription = world.subscribe("web-a")  # 14 November, 9.00
    assert net_of(world.change(subscription, "web-b")) == 630  # 23 November: (18 - 9) x 21/30
    life.go_to(noon(2026, 12, 1))
    assert net_of(world.change(subscription, "web-c")) == 520  # (30 - 18) x 13/30
    life.go_to(noon(2026, 12, 3))
    assert net_of(world.change(subscription, "web-a", at_renewal=False)) == 0
    life.go_to(noon(2026, 12, 5))
    assert net_of(world.change(subscription, "web-c")) == 0  # held until the renewal
    life.live(noon(2027, 2, 20))
    assert billed(subscription) == [
        ("2026-11-14", 900), ("2026-12-14", 3000), ("2027-01-14", 3000), ("2027-02-14", 3000),
    ]  # fmt: skip

    # Down at renewal, in its second year; then a year at once, on the first of June.
    assert world.change(subscription, "web-b").state == "scheduled"
    life.live(noon(2027, 6, 1))
    subscription.refresh_from_db()
    assert (subscription.plan_id, billed(subscription)[4:]) == (
        "web-b", [("2027-03-14", 1800), ("2027-04-14", 1800), ("2027-05-14", 1800)],
    )  # fmt: skip
    # 14 May to 14 June: 13 of 31 days are left, 18.00 x 13/31 = 7.548...; 180.00 less that is 172.45.
    assert net_of(world.change(subscription, "web-b", "yearly")) == 17245
    # Up in the year: 300 - 180 for 1 December 2027 to 1 June 2028, 183 of 366 days, is 60.00.
    life.live(noon(2027, 12, 1))
    assert net_of(world.change(subscription, "web-c")) == 6000
    life.live(noon(2029, 6, 10))
    assert billed(subscription)[-3:] == [
        ("2027-06-01", 18000), ("2028-06-01", 30000), ("2029-06-01", 30000),
    ]  # fmt: skip
    assert world.panel.account("boreale")["plan"] == "forfait_c"
    assert credit_balance(world.boreale.id, "CAD") == 0
    assert not CreditNote.objects.exists()
    net = sum(Invoice.objects.values_list("net", flat=True))
    months = 900 + 3 * 3000 + 3 * 1800
    assert net == months + 630 + 520 + 17245 + 6000 + 2 * 30000
    taxes_are_right()
    books_are_right(world)


def test_an_anchor_on_the_31st_keeps_its_day_through_every_short_month(years: Begin) -> None:
    life = years()
    world = life.world
    life.go_to(noon(2027, 1, 31))
    subscription = world.subscribe("web-a", at=world.now)
    life.live(noon(2028, 4, 5))
    assert starts(subscription) == [
        "2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31", "2027-06-30", "2027-07-31",
        "2027-08-31", "2027-09-30", "2027-10-31", "2027-11-30", "2027-12-31", "2028-01-31", "2028-02-29",
        "2028-03-31",
    ]  # fmt: skip
    taxes_are_right()
    books_are_right(world)


def test_who_began_on_a_leap_day_renews_on_it_when_there_is_one(years: Begin) -> None:
    life = years()
    world = life.world
    life.go_to(noon(2028, 2, 29))
    subscription = world.subscribe("web-a", "yearly", at=world.now)
    life.live(noon(2032, 3, 1))
    assert starts(subscription) == ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]
    # 366 days from the leap day, 365 in the others: each year is whole.
    days = [
        p.cycle_days for p in real_periods(subscription.customer_id, subscription.id).order_by("start_on")
    ]
    assert days == [365, 365, 365, 366, 365]
    taxes_are_right()
    books_are_right(world)


def test_a_change_in_february_of_a_leap_year_counts_its_29_days(years: Begin) -> None:
    life = years()
    world = life.world
    life.go_to(noon(2028, 2, 1))
    subscription = world.subscribe("web-a", at=world.now)
    life.go_to(noon(2028, 2, 29))
    assert net_of(world.change(subscription, "web-b")) == 31  # 9.00 x 1/29 = 0.3103...


RAISED = "      - {jurisdiction: CA-QC, rate: 10.5, valid_from: 2027-01-01}\n"
QST = "      - {jurisdiction: CA-QC, rate: 9.975, valid_from: 2013-01-01}\n"


def test_a_tax_that_rises_on_new_years_day_is_right_on_both_sides_of_it(years: Begin) -> None:
    life = years(with_own_taxes())
    world = life.world
    apply_document(demo((with_own_taxes()[0], with_own_taxes()[1].replace(QST, QST + RAISED))), world.now)
    subscription = world.subscribe("web-a", at=noon(2026, 12, 5))
    life.go_to(noon(2026, 12, 29))
    round_of_day(world.now)
    life.go_to(datetime(2027, 1, 1, 4, 30, tzinfo=UTC))  # half past eleven on New Year's Eve in Québec
    before = world.offer(subscription, "web-b").quote
    assert [(tax.code, tax.amount) for tax in before.today.taxes] == [("TPS", 7), ("TVQ", 14)]
    assert before.today.net == 145  # 9.00 x 5/31 = 1.4516
    # The renewal of 5 January would be billed again today, at today's rate: 18.00 x 9.975 % = 1.80.
    assert [(tax.code, tax.amount) for tax in before.renewal.taxes] == [("TPS", 90), ("TVQ", 180)]
    life.go_to(world.now + timedelta(hours=1))
    after = world.offer(subscription, "web-b").quote
    assert [(tax.code, tax.amount) for tax in after.today.taxes] == [("TPS", 6), ("TVQ", 12)]  # of 1.16, 4/31
    assert [(tax.code, tax.amount) for tax in after.renewal.taxes] == [("TPS", 90), ("TVQ", 189)]
    life.live(noon(2027, 2, 1))
    january = Invoice.objects.get(subject_id=Period.objects.get(start_on=date(2027, 1, 5)).id)
    # Issued a week ahead, on 29 December: the rate of that day.
    assert (january.issued_on, [tax["amount"] for tax in january.taxes]) == (date(2026, 12, 29), [45, 90])
    life.live(noon(2027, 2, 10))
    february = Invoice.objects.get(subject_id=Period.objects.get(start_on=date(2027, 2, 5)).id)
    assert [tax["amount"] for tax in february.taxes] == [45, 95]  # 9.00 x 10.5 % = 0.945
    books_are_right(world)


def test_a_retired_plan_goes_on_at_its_agreed_price_until_it_is_left_for_good(years: Begin) -> None:
    life = years()
    world = life.world
    subscription = world.subscribe("web-a")
    apply_document(demo((block("      web-a:\n", "      web-b:\n"), "")), world.now)
    life.live(noon(2027, 12, 1))
    assert {price for _, price in billed(subscription)} == {900}
    assert len(billed(subscription)) == 13
    world.change(subscription, "web-b")
    quote = world.offer(subscription, "web-a").quote
    assert [obstacle.code for obstacle in quote.obstacles] == ["no_path"]
    taxes_are_right()
    books_are_right(world)


def test_what_is_delivered_late_is_paid_from_the_day_it_works(years: Begin) -> None:
    life = years()
    world = life.world
    subscription = world.subscribe("web-a")
    world.panel.set_mode("lie")
    change = world.change(subscription, "web-b")
    assert change.state == "needs_person"
    world.panel.set_mode("ok")
    life.go_to(noon(2026, 12, 3))
    retry(change.customer_id, change.id, house=world.house, by=world.dana, at=world.now)
    world.work_until_done()
    change.refresh_from_db()
    assert change.state == "done"
    note = CreditNote.objects.get()
    # Quoted for 21 days, works for 11: (18 - 9) x 10/30 = 3.00, with its share of the taxes.
    assert (note.reason, note.net, note.total) == ("late", 300, 345)
    assert credit_balance(world.boreale.id, "CAD") == 345
    for day in (10, 14):  # billed ahead, then due: what we hold for the client pays first
        life.go_to(noon(2026, 12, day))
        round_of_day(world.now)
        world.drain()
    renewal = Invoice.objects.get(subject_id=Period.objects.get(start_on=date(2026, 12, 14)).id)
    assert (renewal.total, owed_by(world.boreale.id, "CAD")) == (2070, 2070 - 345)
    life.live(noon(2026, 12, 16))
    assert credit_balance(world.boreale.id, "CAD") == 0
    taxes_are_right()
    books_are_right(world)


def test_a_disputed_payment_holds_the_next_change_up_until_the_bank_has_decided(years: Begin) -> None:
    life = years()
    world = life.world
    subscription = world.subscribe("web-a")
    change = world.change(subscription, "web-b")
    paid = Payment.objects.get(invoice_id=change.invoice_id)

    def bank_says(state: DisputeState) -> None:
        assert paid.reference is not None
        money = Money(paid.received, paid.currency)
        report = DisputeReport("dsp-1", paid.reference, state, money, "fraudulent")
        settle_dispute(report, gateway="demo_card", at=world.now)
        world.drain()

    life.go_to(noon(2026, 12, 1))
    bank_says("opened")
    period = Period.objects.get(subscription=subscription)
    assert (period.held_price, owed_by(world.boreale.id, "CAD")) == (900, 725)
    quote = world.offer(subscription, "web-c").quote
    assert [obstacle.code for obstacle in quote.obstacles] == ["invoice_unpaid"]
    assert sum(line.amount for line in quote.lines) == 910  # (30 - 9) x 13/30
    life.go_to(noon(2026, 12, 10))
    bank_says("won")
    assert net_of(world.change(subscription, "web-c")) == 160  # (30 - 18) x 4/30
    life.live(noon(2027, 3, 1))
    assert billed(subscription) == [
        ("2026-11-14", 900), ("2026-12-14", 3000), ("2027-01-14", 3000), ("2027-02-14", 3000),
    ]  # fmt: skip
    taxes_are_right()
    books_are_right(world)


@pytest.mark.parametrize(("currency", "unit"), [("JPY", 1), ("KWD", 10)])
def test_a_year_in_a_currency_without_decimals_and_in_one_with_three(
    years: Begin, currency: str, unit: int
) -> None:
    life = years(currency=currency)  # Forfait A is 900 yen a month, or 9.000 dinars: 9,000 fils
    world = life.world
    subscription = world.subscribe("web-a")
    assert net_of(world.change(subscription, "web-b")) == 630 * unit  # (1,800 - 900) x 21/30
    life.live(noon(2027, 1, 1))
    # 14 December to 14 January: 13 of 31 days are left, 1,200 x 13/31 = 503.225...
    assert net_of(world.change(subscription, "web-c")) == {"JPY": 503, "KWD": 5032}[currency]
    life.go_to(noon(2027, 1, 5))
    assert net_of(world.change(subscription, "web-a", at_renewal=False)) == 0
    life.go_to(noon(2027, 1, 7))
    assert net_of(world.change(subscription, "web-c")) == 0
    life.live(noon(2027, 3, 2))
    # 14 February to 14 March, and back to the paid price for a year: 3,000 x 12/28 = 1,285.714... are carried.
    carried = {"JPY": 1286, "KWD": 12857}[currency]
    assert net_of(world.change(subscription, "web-c", "yearly")) == 30_000 * unit - carried
    world.panel.set_mode("lie")
    addon = world.subscribe("web-a", label="second.example", account="second", at=world.now)
    late = world.change(addon, "web-b")  # (1,800 - 900) for 2 March to 2 April: all 31 days
    world.panel.set_mode("ok")
    life.go_to(noon(2027, 3, 12))
    retry(late.customer_id, late.id, house=world.house, by=world.dana, at=world.now)
    world.work_until_done()
    note = CreditNote.objects.get()
    assert (note.reason, note.net) == ("late", {"JPY": 290, "KWD": 2903}[currency])  # 900 x 10/31 = 290.32...
    assert credit_balance(world.boreale.id, currency) == note.total
    for at in (noon(2027, 3, 27), noon(2027, 4, 2)):  # billed ahead, then due: what we hold pays first
        life.go_to(at)
        round_of_day(world.now)
        world.drain()
    assert credit_balance(world.boreale.id, currency) == 0
    assert owed_by(world.boreale.id, currency) == with_taxes(1800 * unit) - note.total
    life.live(noon(2027, 9, 20))
    assert billed(subscription) == [
        ("2026-11-14", 900 * unit), ("2026-12-14", 1800 * unit), ("2027-01-14", 3000 * unit),
        ("2027-02-14", 3000 * unit), ("2027-03-02", 30_000 * unit),
    ]  # fmt: skip
    assert set(Invoice.objects.values_list("currency", flat=True)) == {currency}
    taxes_are_right()
    books_are_right(world, currency)
