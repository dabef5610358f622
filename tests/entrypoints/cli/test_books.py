"""`palier books`, as it is typed."""

import json

import pytest

from palier.entrypoints.cli.main import main
from tests.books.test_check_daily import spoil
from tests.world import World


@pytest.mark.django_db
def test_right_books_are_said_to_be_right(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.subscribe("web-a")
    assert main(["books", "check"]) == 0
    assert "The books are right." in capsys.readouterr().out


@pytest.mark.django_db
def test_wrong_books_are_a_table_and_an_exit_status(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(world.subscribe("web-a").customer_id)
    assert main(["books", "check"]) == 1
    told = capsys.readouterr().out
    assert "2 things are wrong with the books" in told and "pocket" in told


@pytest.mark.django_db
def test_a_program_reads_every_invariant_and_every_row(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    subscription = world.subscribe("web-a")
    spoil(subscription.customer_id)
    assert main(["books", "check", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert all(told["invariants"].values())
    assert [one["invariant"] for one in told["violations"]] == [
        "accounts_are_known",
        "revenue_equals_net_invoiced",
    ]
    assert told["violations"][0]["customer"] == str(subscription.customer_id)


@pytest.mark.django_db(transaction=True)
def test_outside_of_any_transaction_too(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """As it is typed: each read is a transaction of its own."""
    world.subscribe("web-a")
    assert main(["books", "check"]) == 0
    assert main(["books", "export", "--format", "csv"]) == 0
    assert ",revenue,-9.00,CAD" in capsys.readouterr().out
    assert main(["books", "report", "taxes", "--days", "this_month", "--documents"]) == 0
    assert ",TVQ,9.975,9.00,0.90," in capsys.readouterr().out
    assert main(["books", "report", "recurring", "--days", "this_month"]) == 0
