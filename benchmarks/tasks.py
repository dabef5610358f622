"""The yardstick of jobs: a task of the queue that does nothing. Found by the workers, as every app's tasks are."""

from procrastinate.contrib.django import app


@app.task(name="bench.nothing")
def nothing(number: int) -> None:
    """On a thread, as the tasks of the product are."""
