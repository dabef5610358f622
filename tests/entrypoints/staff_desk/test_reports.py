"""Reports at the staff desk: days are chosen, figures add up, and the file has what the page has."""

from datetime import date

import pytest
from django.db import connection

from palier.books.check_daily import check_daily
from palier.books.checks import CHECKS
from palier.books.reports import REPORTS
from palier.books.reports.files import as_csv
from palier.core.periods import Span
from palier.entrypoints.staff_desk.days_asked import days_asked
from palier.entrypoints.staff_desk.filled.report import SLUGS
from tests.books.life import live
from tests.entrypoints.staff_desk.conftest import Desk, text
from tests.guards import take_guards_off
from tests.world import World

pytestmark = pytest.mark.django_db

NOVEMBER = Span(date(2026, 11, 1), date(2026, 12, 1))


def test_every_report_has_its_address() -> None:
    assert SLUGS.keys() == REPORTS.keys()


@pytest.mark.parametrize("code", SLUGS)
def test_a_report_is_a_page_in_each_currency_and_a_file_of_the_same(
    world: World, desk: Desk, code: str
) -> None:
    live(world)
    page = desk.get("report", SLUGS[code])
    assert page.status_code == 200
    said = text(page)
    assert "November 1, 2026 – November 30, 2026" in said and "CAD" in said and "KWD" in said
    file = desk.get("report_csv", SLUGS[code])
    assert file["Content-Type"] == "text/csv; charset=utf-8"
    assert file["Content-Disposition"].endswith('-2026-11-01-2026-12-01.csv"')
    made = REPORTS[code](NOVEMBER, world.house.provider.zone)
    assert file.content.decode() == "\ufeff" + "".join(as_csv(made))


def test_the_first_page_is_the_trial_balance_and_says_that_the_books_were_checked(
    world: World, desk: Desk
) -> None:
    world.subscribe("web-a")
    check_daily(world.now)
    said = text(desk.get("reports"))
    assert "Trial balance" in said and "Debits and credits are equal." in said
    assert f"The books were checked on November 23, 2026: all {len(CHECKS)} invariants hold." in said


def test_products_and_plans_have_their_names(world: World, desk: Desk) -> None:
    world.change(world.subscribe("web-a"), "web-b")
    said = text(desk.get("report", "revenus"))
    assert "Web Hosting Plan A $9.00 $0.00 $9.00" in said
    assert "Total $15.30 $0.00 $15.30" in said


def test_the_lines_of_the_return_of_quebec(world: World, desk: Desk) -> None:
    world.change(world.subscribe("web-a"), "web-b")
    said = text(desk.get("report", "taxes"))
    assert "GST/HST collectible 103 $0.77 QST collectible 203 $1.53" in said
    file = desk.get("tax_documents")
    lines = b"".join(file.streaming_content).decode().splitlines()
    assert len(lines) == 1 + 2 * 2 and lines[0].startswith("\ufeffissued_on,")


def test_other_days(world: World, desk: Desk) -> None:
    world.subscribe("web-a")
    before = text(desk.get("report", "revenus", days="last_month"))
    assert "October 1, 2026 – October 31, 2026" in before
    assert "Nothing happened on these days." in before
    chosen = text(desk.get("report", "revenus", **{"from": "2026-11-14", "until": "2026-11-15"}))
    assert "November 14, 2026 – November 14, 2026" in chosen and "$9.00" in chosen


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"from": "2026-11-14"}, "Write both days"),
        ({"from": "soon", "until": "2026-11-14"}, "Write both days"),
        ({"from": "2026-11-14", "until": "2026-11-14"}, "must come after"),
    ],
)
def test_days_that_are_none_are_said_and_not_guessed(query: dict[str, str], error: str) -> None:
    asked = days_asked(query, date(2026, 11, 23))
    assert error in asked.error and asked.span == NOVEMBER


def test_a_table_that_does_not_agree_says_by_how_much(world: World, desk: Desk) -> None:
    world.subscribe("web-a")
    savepoint = connection.savepoint()
    take_guards_off()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE billing_invoiceline SET net = net - 100")
    said = text(desk.get("report", "revenus"))
    assert "The table makes $8.00, what it must agree with makes $9.00." in said
    connection.savepoint_rollback(savepoint)


def test_a_report_that_does_not_exist_is_not_found(desk: Desk) -> None:
    assert desk.get("report", "bonheur").status_code == 404


def test_a_page_costs_few_statements_however_long_the_books(
    world: World, desk: Desk, django_assert_max_num_queries: object
) -> None:
    live(world)
    desk.get("reports")
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        for_all = desk.get("report", SLUGS["recurring"])
    assert for_all.status_code == 200
