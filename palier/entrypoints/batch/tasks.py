"""The upkeep of the queue itself: jobs of a dead worker are taken up again, old ones are forgotten."""

from datetime import datetime

import structlog
from django.conf import settings
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status

from palier.books.check_daily import check_daily
from palier.entrypoints.batch import queue, rounds
from palier.entrypoints.batch.days import let_days_pass
from palier.events import clock
from palier.provisioning.check_server import queue_checks
from palier.provisioning.hands import in_hand
from palier.provisioning.sample import sample
from palier.reactions import house
from palier.reconciliation.compare_now import COMPARE_NOW, compare_now
from palier.reconciliation.daily import compare_due
from palier.subscriptions.renew import renew_due

KEPT_HOURS = 30 * 24

log = structlog.get_logger("palier.batch")

#: Importing it registers its tasks.
QUEUE = queue


@app.periodic(cron="* * * * * */5")  # every five seconds
@app.task(queue="upkeep", queueing_lock="take_up_stalled_jobs", priority=100)
async def take_up_stalled_jobs(timestamp: int) -> None:
    """Put the jobs of workers without a heartbeat back in the queue; without this they would block their lock."""
    jobs = app.job_manager
    try:
        for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=settings.QUEUE_STALLED_SECONDS):
            log.warning("job taken up again", stalled_job_id=job.id, stalled_task=job.task_name)
            await _take_up(job)
    except ConnectorException as error:  # the database restarts; in five seconds we look again
        log.warning("stalled jobs not looked for", error=str(error))


async def _take_up(job: Job) -> None:
    try:
        await app.job_manager.retry_job(job)
    except UniqueViolation:  # the same round waits in the queue already: this one is not missed
        await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)


@app.periodic(cron="17 * * * *")
@app.task(queue="upkeep", queueing_lock="forget_old_jobs")
async def forget_old_jobs(timestamp: int) -> None:
    """Delete what ended 30 days ago. A job that succeeded is deleted at once."""
    await app.job_manager.delete_old_jobs(
        nb_hours=KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )


@app.periodic(cron="* * * * * */5")
@app.task(queue="upkeep", queueing_lock="round_of_upkeep")
def round_of_upkeep(timestamp: int) -> None:
    """Every five seconds: jobs, payments and messages that a dead worker may have left behind."""
    rounds.round_of_upkeep(clock.now())


@app.periodic(cron="* * * * *")
@app.task(name=clock.ROUND, queue="upkeep", queueing_lock=clock.ROUND)
def round_of_time(timestamp: int) -> None:
    """Every minute, and when someone wakes it: what falls due with the days and the hours."""
    let_days_pass()


@app.periodic(cron="41 * * * *")
@app.task(queue="upkeep", queueing_lock="check_books")
def check_books(timestamp: int) -> None:
    """Every hour, so that no day without its check is missed because no worker ran at one minute of it."""
    check_daily(clock.now())


@app.periodic(cron="*/5 * * * *")
@app.task(queue="upkeep", queueing_lock="compare_services")
async def compare_services(timestamp: int) -> None:
    """Every five minutes, those whose day is over since they were last compared with their panel."""
    await in_hand(compare_due_now)


def compare_due_now() -> None:
    compare_due(house(), clock.now())


@app.task(name=COMPARE_NOW, queue="upkeep")
async def compare_asked(asked_at: str) -> None:
    """All of them, because somebody of the team asked for it."""
    await in_hand(compare_asked_now, asked_at)


def compare_asked_now(asked_at: str) -> None:
    compare_now(datetime.fromisoformat(asked_at), house=house(), at=clock.now())


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="sample")
async def sample_usage(timestamp: int) -> None:
    """Every minute, what some services use: each of them every few hours, as their servers say."""
    await in_hand(sample_now)


def sample_now() -> None:
    sample(clock.now())


@app.periodic(cron="*/3 * * * *")
@app.task(queue="upkeep", queueing_lock="check_servers")
def check_servers(timestamp: int) -> None:
    """Every three minutes, does each server answer, and as what?"""
    queue_checks()


@app.task(name=rounds.HELP_RENEW, queue="upkeep", lock=rounds.HELP_RENEW)
def help_renew(at: str) -> None:
    """Renew beside the round that asked for it, until nothing is left. What is lost with it, the next round does."""
    renew_due(house(), datetime.fromisoformat(at))
