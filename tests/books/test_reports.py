"""What reports say of a lived world, and that it adds up to what other sources say."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from django.db import connection

from palier.books.reports import REPORTS
from palier.books.reports.days import NAMED, named_days
from palier.books.reports.files import percent
from palier.books.reports.table import Report, Table
from palier.core.periods import Span
from palier.entrypoints.cli import arguments
from palier.entrypoints.cli.main import main
from palier.events.record import Actor
from palier.plan_changes.end_subscription import request_end
from palier.words import reports as words
from tests.books.life import live
from tests.guards import take_guards_off
from tests.world import World

NOVEMBER = Span(date(2026, 11, 1), date(2026, 12, 1))


def made(code: str, world: World, span: Span = NOVEMBER) -> Report:
    return REPORTS[code](span, world.house.provider.zone)


def table_of(report: Report, code: str, currency: str = "CAD") -> Table:
    (found,) = (table for table in report.tables if (table.code, table.currency) == (code, currency))
    return found


def rows_of(table: Table) -> dict[object, tuple[object, ...]]:
    return {row[0]: row[1:] for row in table.rows}


# Revenue ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_revenue_is_by_the_plan_that_was_billed_and_equals_the_account(world: World) -> None:
    subscription = world.subscribe("web-a")  # 9.00
    world.change(subscription, "web-b")  # 6.30
    table = table_of(made("revenue", world), "revenue")
    assert table.rows == (("web", "web-a", 900, 0, 900), ("web", "web-b", 630, 0, 630))
    assert table.total == (None, None, 1530, 0, 1530)
    assert table.proof is not None and (table.proof.table, table.proof.other) == (1530, 1530)


@pytest.mark.django_db
def test_a_revenue_account_that_differs_is_said(world: World) -> None:
    world.subscribe("web-a")
    take_guards_off()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_posting SET amount = amount - 1 WHERE account = 'revenue'")
        cursor.execute(
            "UPDATE ledger_posting SET amount = amount + 1 WHERE account = 'receivable' AND amount > 0"
        )
    assert not made("revenue", world).holds
    assert main(["books", "report", "revenue", "--from", "2026-11-01", "--until", "2026-12-01"]) == 1


# Taxes ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_taxes_are_what_a_quebec_host_files(world: World) -> None:
    subscription = world.subscribe("web-a")  # 9.00: TPS 0.45, TVQ 0.90
    world.change(subscription, "web-b")  # 6.30: TPS 0.32, TVQ 0.63
    report = made("taxes", world)
    assert table_of(report, "taxes").rows == (
        ("TPS", Fraction(1, 20), 1530, 77, 0, 77),
        ("TVQ", Fraction(399, 4000), 1530, 153, 0, 153),
    )
    assert table_of(report, "taxes").total == (None, None, None, 230, 0, 230)
    assert table_of(report, "sales").rows == (
        ("sales", "101", 1530),
        ("taxed_sales", "", 1530),
        ("untaxed_sales", "", 0),
        ("gst_collectible", "103", 77),
        ("qst_collectible", "203", 153),
    )


@pytest.mark.django_db
def test_sales_without_tax_are_told_apart_and_have_no_lines_of_quebec_elsewhere(world: World) -> None:
    world.boreale.country, world.boreale.region = "US", "VT"
    world.boreale.save()
    live(world)
    report = made("taxes", world)
    assert report.holds
    sales = {row[0]: row[2] for row in table_of(report, "sales").rows}
    assert sales["sales"] == sales["untaxed_sales"] != 0 and sales["taxed_sales"] == 0


# Recurring revenue ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_moved_recurring_revenue(world: World) -> None:
    """9.00 begun on the 14th, 18.00 from the 23rd; another at 9.00 goes to 96.00 a year, which is less a month."""
    subscription = world.subscribe("web-a")
    world.change(subscription, "web-b")
    table = table_of(made("recurring", world), "recurring")
    assert table.rows == (("opening", 0, None, 0), ("new", 1, None, 900), ("up", None, 1, 900))
    assert table.total == ("closing", 1, 1, 1800)
    changes = table_of(made("recurring", world), "changes")
    assert changes.rows == (("web-a", "web-b", 1, 900),)
    after = Span(date(2026, 11, 15), date(2026, 11, 23))
    assert table_of(made("recurring", world, after), "recurring").rows == (("opening", 1, None, 900),)


@pytest.mark.django_db
def test_a_subscription_that_ends_takes_its_worth_and_a_customer_may_come_back(world: World) -> None:
    subscription = world.subscribe("web-b")
    world.now += timedelta(days=2)
    alice = Actor("user", world.alice.id)
    request_end(
        subscription.customer_id, subscription.id, at_renewal=False, reason="",
        house=world.house, by=alice, at=world.now,
    )  # fmt: skip
    world.now += timedelta(days=30)
    world.subscribe("web-a", at=world.now, label="again.example", account="again")
    november = table_of(made("recurring", world), "recurring")
    assert november.rows[1:] == (("new", 1, None, 1800), ("ended", -1, None, -1800))
    december = Span(date(2026, 12, 1), date(2027, 1, 1))
    assert table_of(made("recurring", world, december), "recurring").rows[1:] == (("returned", 1, None, 900),)


@pytest.mark.django_db
def test_a_price_moved_by_something_else_is_said_apart(world: World) -> None:
    subscription = world.subscribe("web-a")
    world.change(subscription, "web-b")
    subscription.price = 2000
    subscription.save(update_fields=["price"])
    rows = rows_of(table_of(made("recurring", world), "recurring"))
    assert (rows["up"], rows["price"]) == ((None, 1, 900), (None, 1, 200))
    assert made("recurring", world).holds


# Days, files and the command line ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "span"),
    [
        ("this_month", Span(date(2026, 11, 1), date(2026, 12, 1))),
        ("last_month", Span(date(2026, 10, 1), date(2026, 11, 1))),
        ("this_quarter", Span(date(2026, 10, 1), date(2027, 1, 1))),
        ("last_quarter", Span(date(2026, 7, 1), date(2026, 10, 1))),
        ("this_year", Span(date(2026, 1, 1), date(2027, 1, 1))),
        ("last_year", Span(date(2025, 1, 1), date(2026, 1, 1))),
    ],
)
def test_days_by_name(name: str, span: Span) -> None:
    assert named_days(name, date(2026, 11, 23)) == span


def test_last_month_of_january_is_december_and_a_name_that_is_none_is_refused() -> None:
    assert named_days("last_month", date(2026, 1, 31)) == Span(date(2025, 12, 1), date(2026, 1, 1))
    with pytest.raises(KeyError):
        named_days("next_month", date(2026, 1, 31))


def test_every_name_has_its_words_and_is_typed_alike() -> None:
    assert tuple(words.DAYS) == NAMED == arguments.NAMED_DAYS
    assert words.REPORTS.keys() == words.ABOUT.keys() == REPORTS.keys() == set(arguments.REPORTS)


@pytest.mark.parametrize(
    ("rate", "written"), [("1/20", "5"), ("399/4000", "9.975"), ("7/100", "7"), ("0", "0")]
)
def test_a_rate_is_written_in_percent(rate: str, written: str) -> None:
    assert percent(Fraction(rate)) == written


@pytest.mark.django_db
def test_a_day_is_the_providers_own(world: World) -> None:
    """A change done on 30 November at 23:00 in Québec is of November, although it is December in London."""
    subscription = world.subscribe("web-a")
    world.now = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
    world.change(subscription, "web-b")
    assert "up" in rows_of(table_of(made("recurring", world), "recurring"))
