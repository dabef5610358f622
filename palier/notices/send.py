"""Send notices by mail, each once.

`queued` to `sending` is committed before the mail server hears of it, `sending` to `sent` after it took the mail.
Whatever dies before or after is taken up again; only what dies in between, inside the mail server's answer, may
repeat a mail, and then under the same message id.
"""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from structlog.contextvars import bound_contextvars

from palier.drivers.http import without_secrets
from palier.events.clock import real_now
from palier.events.trace import ids
from palier.notices.mail import mail_of
from palier.notices.models import Notice
from palier.people.queries import provider

log = structlog.get_logger()

#: The queue's name for "send this notice"; batch/ defines the task.
SEND = "palier.send_notice"

#: How long a notice is left to the worker that was told of it, or that sends it.
PATIENCE = timedelta(minutes=1)

#: Then it is `failed`: after about half a day.
MOST_ATTEMPTS = 12
LONGEST_PAUSE = timedelta(hours=2)


def queue_sending(notice: Notice, after: timedelta = timedelta(0)) -> None:
    """Have a worker send it, now or after some real time; a notice is in the queue once at most."""
    task = app.configure_task(
        SEND,
        queueing_lock=f"notice {notice.id}",
        schedule_in={"seconds": after.total_seconds()} if after else None,
    )
    try:
        with transaction.atomic():
            task.defer(customer_id=str(notice.customer_id), notice_id=str(notice.id))
    except AlreadyEnqueued:
        log.debug("notice_already_queued", notice_id=str(notice.id))


def across_customers_unsent(now: datetime) -> Iterator[Notice]:
    """Notices that should be gone by now, or whose worker died sending them; `now` is real time."""
    unsent = Notice.objects.filter(state__in=["queued", "sending"], overdue_at__lte=now)
    return iter(unsent.only("id", "customer_id").order_by("overdue_at")[:200])


def send(customer_id: UUID, notice_id: UUID, at: datetime) -> None:
    """One attempt, outside any transaction. Does nothing for a notice that is sent, or that someone else is sending."""
    with _alone(notice_id) as is_alone:
        notice = _claim(customer_id, notice_id) if is_alone else None
        if notice is None:
            return
        with bound_contextvars(**ids(("notice", notice.id), (notice.subject_kind, notice.subject_id))):
            _send(notice, at)


def _send(notice: Notice, at: datetime) -> None:
    try:
        mail_of(notice, provider()).send()
    except Exception as error:
        _not_sent(notice, error)
    else:
        _move(notice, state="sent", sent_at=at, failure="")
        log.info("notice_sent", kind=notice.kind, attempt=notice.attempts)


@contextmanager
def _alone(notice_id: UUID) -> Iterator[bool]:
    """Is nobody else sending it? The lock ends with the connection, so that a dead worker holds up nobody, and it
    keeps a slow mail server's answer from being taken for a death."""
    name = f"palier.notice.{notice_id}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        (is_alone,) = cursor.fetchone()
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


def _claim(customer_id: UUID, notice_id: UUID) -> Notice | None:
    """Mark it `sending`, committed, if it waits; or if it was being sent and its worker had its minute."""
    now = real_now()
    notices = Notice.objects.filter(customer_id=customer_id, id=notice_id)
    waiting = notices.filter(Q(state="queued") | Q(state="sending", overdue_at__lte=now))
    if not waiting.update(state="sending", attempts=F("attempts") + 1, overdue_at=now + PATIENCE):
        return None
    notice = notices.get()
    if notice.attempts > MOST_ATTEMPTS:
        _move(notice, state="failed", failure=notice.failure or "every worker that sent it died")
        return None
    return notice


def _not_sent(notice: Notice, error: Exception) -> None:
    """Again later, unless that is pointless or was tried often enough."""
    reason = said_by(error)[:200]
    if notice.attempts >= MOST_ATTEMPTS or is_final(error):
        log.error("notice_failed", attempts=notice.attempts, reason=reason)
        _move(notice, state="failed", failure=reason)
        return
    pause = pause_after(notice.attempts)
    log.warning("notice_not_sent", attempts=notice.attempts, reason=reason)
    with transaction.atomic():
        _move(notice, state="queued", failure=reason, overdue_at=real_now() + pause + PATIENCE)
        queue_sending(notice, pause)


def said_by(error: Exception) -> str:
    """Of a refused sign-in the code only: some mail servers repeat what they were told."""
    name = type(error).__name__
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"{name}: {error.smtp_code}"
    return without_secrets(f"{name}: {error}", (settings.EMAIL_HOST_PASSWORD,))


def is_final(error: Exception) -> bool:
    """Has the mail server said that it will never take this mail for this address?"""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _answer in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500


def pause_after(attempts: int) -> timedelta:
    """10 seconds, 30, 90, ... two hours."""
    return min(LONGEST_PAUSE, timedelta(seconds=10 * 3 ** max(0, attempts - 1)))


def _move(notice: Notice, **columns: object) -> None:
    """Write the end of an attempt, unless someone else has taken the notice up meanwhile."""
    mine = Notice.objects.filter(
        customer_id=notice.customer_id, id=notice.id, state="sending", attempts=notice.attempts
    )
    mine.update(**columns)
