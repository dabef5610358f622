"""A round whose worker died while the next one waits: one of the two is enough, and neither holds up the rest."""

import pytest
from django.db import connection

from palier.entrypoints.batch.tasks import take_up_stalled_jobs
from tests.entrypoints.batch.test_tasks import insert_job, run_now, status_of


@pytest.mark.django_db(transaction=True)
def test_a_stalled_round_gives_way_to_the_one_that_waits_and_others_are_taken_up():
    stalled_round, stalled_job = insert_job("1 minute"), insert_job("1 minute")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET queueing_lock = 'round', lock = NULL WHERE id = %s",
            [stalled_round],
        )
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, queueing_lock)"
            " VALUES ('upkeep', 'any', '{}', 'round')"
        )
    run_now(take_up_stalled_jobs)
    assert (status_of(stalled_round), status_of(stalled_job)) == (None, "todo")
