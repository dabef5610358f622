"""The tests' own database."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_the_tests_run_on_a_clone_of_the_migrated_template():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_database(), current_setting('fsync'), to_regclass('procrastinate_jobs')"
        )
        name, fsync, jobs = cursor.fetchone()
    assert name.startswith("palier_")
    assert (fsync, jobs) == ("off", "procrastinate_jobs")


def _make_a_table():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE left_behind ()")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", [1, 2])
def test_what_a_committing_test_leaves_is_gone_in_the_next(time):
    _make_a_table()
