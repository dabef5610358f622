"""`kill -9` of the web and of the worker at each step from accept to message: the change still ends, once."""

import pytest

from tests.crash.child import client, live, worker
from tests.crash.steps import CLIENT, INSIDE_THE_SENDING, WORKER
from tests.crash.walk import Walk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("step", CLIENT)
def test_the_web_dies_and_the_client_clicks_again(walk: Walk, step: str) -> None:
    assert live(client, walk, step) == -9
    assert live(client, walk) == 0
    walk.finish()
    walk.assert_it_ended_once(most_mails=1)


@pytest.mark.parametrize("step", WORKER)
def test_the_worker_dies_and_another_takes_over(walk: Walk, step: str) -> None:
    assert live(client, walk) == 0
    assert live(worker, walk, step) == -9
    walk.finish()
    walk.assert_it_ended_once(most_mails=2 if step in INSIDE_THE_SENDING else 1)
