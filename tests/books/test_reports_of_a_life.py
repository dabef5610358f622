"""What every report says of a lived world adds up, and to what other sources say."""

import json
from datetime import date, timedelta

import pytest

from palier.books.reports import REPORTS
from palier.books.reports.files import as_csv, as_json, documents_as_csv
from palier.books.reports.recurring import moved_in
from palier.books.reports.tax_documents import tax_documents
from palier.core.periods import Span
from palier.entrypoints.cli.main import main
from tests.books.life import Lived as LivedBooks
from tests.books.life import live
from tests.books.test_reports import NOVEMBER, made, table_of
from tests.lived import Lived, LiveOnce
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def lived(live_once: LiveOnce) -> Lived[LivedBooks]:
    return live_once(live)


@pytest.fixture
def world(again: tuple[World, LivedBooks]) -> World:
    return again[0]


def test_debits_equal_credits_and_each_account_closes_on_what_came_and_went(world: World) -> None:
    report = made("trial-balance", world)
    assert report.holds and [table.currency for table in report.tables] == ["CAD", "JPY", "KWD"]
    for table in report.tables:
        for _, opening, debits, credits, closing in table.rows:
            assert opening + debits - credits == closing  # type: ignore[operator]
        _, opening, debits, credits, closing = table.total
        assert (opening, closing) == (0, 0) and debits == credits != 0


def test_two_neighbouring_spans_close_and_open_alike(world: World) -> None:
    middle = date(2026, 11, 24)
    first = table_of(made("trial-balance", world, Span(NOVEMBER.start_on, middle)), "trial-balance")
    second = table_of(made("trial-balance", world, Span(middle, NOVEMBER.until_on)), "trial-balance")
    closing = {row[0]: row[-1] for row in first.rows}
    assert {row[0]: row[1] for row in second.rows if row[1]} == {
        name: sum for name, sum in closing.items() if sum
    }


def test_what_was_credited_is_taken_off_the_plan_it_was_billed_for(world: World) -> None:
    report = made("revenue", world)
    assert report.holds
    plans = {row[1]: row[2:] for row in table_of(report, "revenue").rows}
    invoiced, credited, net = plans["web-c"]
    assert invoiced == credited != 0 and net == 0  # given up before it was paid


def test_the_documents_behind_the_taxes_add_up_to_them(world: World) -> None:
    taxes: dict[tuple[str, str], int] = {}
    for one in tax_documents(NOVEMBER):
        taxes[one.currency, one.tax] = taxes.get((one.currency, one.tax), 0) + one.amount
    for currency in ("CAD", "KWD"):
        for code, _, _, _, _, net in table_of(made("taxes", world), "taxes", currency).rows:
            assert taxes.pop((currency, str(code))) == net
    assert taxes == {}
    lines = list(documents_as_csv(tax_documents(NOVEMBER)))
    assert lines[0].startswith("issued_on,kind,number,customer,country,region,currency,net,tax,rate")
    assert any(",credit_note,NC-2026-0001," in line and ",9.975,-" in line for line in lines)


def test_opening_and_movements_make_closing_between_any_two_days(world: World) -> None:
    days = [date(2026, 11, 13) + timedelta(n) for n in range(20)]
    for start_on in days:
        for until_on in days:
            if start_on < until_on:
                for moved in moved_in(Span(start_on, until_on), world.house.provider.zone).values():
                    assert moved.opening + sum(moved.by_kind.values()) == moved.closing
    assert made("recurring", world).holds


@pytest.mark.parametrize("code", REPORTS)
def test_every_report_is_a_table_a_csv_and_json_and_says_when_nothing_happened(
    world: World, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    days = ["--from", "2026-11-01", "--until", "2026-12-01"]
    assert main(["books", "report", code, *days]) == 0
    assert "CAD" in capsys.readouterr().out
    assert main(["books", "report", code, *days, "--csv"]) == 0
    assert capsys.readouterr().out == "".join(as_csv(made(code, world)))
    assert main(["books", "report", code, *days, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == as_json(made(code, world))
    assert main(["books", "report", code, "--from", "2020-01-01", "--until", "2020-02-01"]) == 0
    assert "Nothing happened" in capsys.readouterr().out
    assert main(["books", "report", code, "--from", "2020-01-01", "--until", "2019-02-01"]) == 2
