"""What surrounds every job in a worker."""

from typing import Any

import structlog


async def with_job_id(call: Any, context: Any, worker: Any) -> Any:
    """Every line that a job writes carries its number and task; a task run in a thread inherits them."""
    with structlog.contextvars.bound_contextvars(job_id=context.job.id, task=context.job.task_name):
        return await call()
