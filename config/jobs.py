"""What surrounds every task in a worker."""

from typing import Any

import structlog


async def with_task_number(call: Any, context: Any, worker: Any) -> Any:
    """Every line that a task writes carries its name and its number in the queue; one run in a thread inherits them."""
    with structlog.contextvars.bound_contextvars(task_number=context.job.id, task=context.job.task_name):
        return await call()
