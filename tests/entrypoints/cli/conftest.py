"""Commands run in the tests' own process."""

import logging

import pytest


@pytest.fixture(autouse=True)
def level_of_the_logs():
    """A command that says on the terminal what it does silences the logs; here they must come back."""
    root = logging.getLogger()
    before = root.level
    yield
    root.setLevel(before)
