"""What an outside accountant reads is what our ledger says, to the smallest unit, whatever the currency."""

import csv
import subprocess
import sys
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection

from palier.books.export.as_beancount import account_name, beancount_journal
from palier.books.export.as_csv import csv_journal
from palier.books.export.journal import journal
from palier.books.reports.trial_balance import trial_balance
from palier.core.money import Money, plain_text
from palier.core.periods import Span
from palier.entrypoints.cli.main import main
from palier.ledger.models import JournalEntry, Posting
from palier.people.models import Customer
from tests.books.life import Lived as LivedBooks
from tests.books.life import live
from tests.lived import Lived, LiveOnce
from tests.world import World

BIN = Path(sys.executable).parent
EVER = Span(date(2000, 1, 1), date(2100, 1, 1))


def ours(world: World) -> dict[tuple[str, str], Decimal]:
    """The closing of each account, as our trial balance has it, by beancount's names."""
    report = trial_balance(EVER, world.house.provider.zone)
    return {
        (account_name(str(row[0])), table.currency): Decimal(
            plain_text(Money(int(str(row[-1])), table.currency))
        )
        for table in report.tables
        for row in table.rows
        if row[-1]
    }


def asked(book: Path, query: str) -> list[dict[str, str]]:
    """What beancount's own query language answers."""
    command = [str(BIN / "bean-query"), "--format", "csv", "--numberify", str(book), query]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return list(csv.DictReader(done.stdout.splitlines()))


@pytest.fixture(scope="module")
def lived(live_once: LiveOnce) -> Lived[LivedBooks]:
    return live_once(live)


@pytest.fixture
def world(again: tuple[World, LivedBooks]) -> World:
    return again[0]


@pytest.fixture
def book(db: None, world: World, tmp_path: Path) -> Path:
    path = tmp_path / "boreal.beancount"
    assert main(["books", "export", "--format", "beancount", "--output", str(path)]) == 0
    return path


@pytest.mark.django_db
def test_bean_check_has_nothing_to_say(book: Path) -> None:
    done = subprocess.run([str(BIN / "bean-check"), str(book)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.django_db
def test_bean_check_would_say_it_of_a_book_that_lacks_a_leg(book: Path) -> None:
    text = book.read_text("utf-8")
    leg = next(line for line in text.splitlines(keepends=True) if line.startswith("  Income:Revenue"))
    book.write_text(text.replace(leg, "", 1), "utf-8")
    done = subprocess.run([str(BIN / "bean-check"), str(book)], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "does not balance" in done.stderr + done.stdout


@pytest.mark.django_db
def test_beancount_adds_up_what_our_trial_balance_does(world: World, book: Path) -> None:
    answered = asked(book, "SELECT account, currency, sum(number) AS held GROUP BY account, currency")
    theirs = {
        (row["account"], row["currency"]): Decimal(row["held"]) for row in answered if Decimal(row["held"])
    }
    assert {currency for _, currency in theirs} == {"CAD", "KWD", "JPY"}
    assert theirs == ours(world)
    assert ours(world)["Liabilities:CreditBalance", "JPY"] == Decimal("-1000")
    assert ours(world)["Income:Revenue", "KWD"].as_tuple().exponent == -3


@pytest.mark.django_db
def test_a_customer_is_an_id_and_documents_are_links(world: World, book: Path) -> None:
    charlie = str(world.stranger.id)
    query = f"SELECT number, currency WHERE any_meta('customer') = '{charlie}' AND account ~ 'Adjustments'"
    assert [(Decimal(row["number"]), row["currency"]) for row in asked(book, query)] == [
        (Decimal(1000), "JPY")
    ]
    text = book.read_text("utf-8")
    assert " ^2026-0001\n" in text and " ^NC-2026-0001 ^" in text
    assert world.stranger.name not in text and world.boreale.name not in text


@pytest.mark.django_db
def test_names_are_written_only_when_asked_for(world: World) -> None:
    Customer.objects.filter(id=world.boreale.id).update(name='Chez "Alice" \\ fils')
    told = "".join(beancount_journal(journal(), title="Hôte", currency="CAD", names=True))
    assert 'Chez \\"Alice\\" \\\\ fils' in told
    assert 'Chez ""Alice"" \\ fils' in "".join(csv_journal(journal(), names=True))
    assert "Alice" not in "".join(csv_journal(journal()))


@pytest.mark.django_db
def test_the_csv_has_a_line_for_each_posting_and_sums_to_nothing(world: World) -> None:
    lines = list(csv.DictReader("".join(csv_journal(journal())).splitlines()))
    assert len(lines) == Posting.objects.count()
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        sums[line["entry"]] += Decimal(line["amount"])
    assert set(sums.values()) == {Decimal(0)}
    assert [line["on"] for line in lines] == sorted(line["on"] for line in lines)


@pytest.mark.django_db
def test_days_are_half_open_and_two_exports_of_one_book_are_the_same(world: World) -> None:
    middle = date(2026, 11, 24)
    everything = [entry.id for entry in journal()]
    assert everything == [entry.id for entry in journal()]
    assert len(everything) == JournalEntry.objects.count()
    before, after = list(journal(None, middle)), list(journal(middle, None))
    assert [entry.id for entry in (*before, *after)] == everything
    assert before and after and all(entry.on < middle for entry in before)


@pytest.mark.django_db
def test_the_journal_is_read_a_few_rows_at_a_time(world: World) -> None:
    """A server-side cursor: the memory of an export is that of one batch, however long the book is."""
    entries = journal()
    next(entries)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_cursors WHERE statement LIKE '%ledger_journalentry%'")
        assert cursor.fetchone()[0] == 1
    entries.close()  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_a_name_is_no_formula_of_whoever_opens_the_file(world: World) -> None:
    Customer.objects.update(name='=HYPERLINK("https://x","y")')

    rows = list(csv.reader("".join(csv_journal(journal(), names=True)).splitlines()))

    assert {row[5] for row in rows[1:]} == {'\'=HYPERLINK("https://x","y")'}
    assert any(row[7].startswith("-") for row in rows[1:])  # an amount stays a number
