"""Sending: each notice once, over real SMTP, whatever the mail server says and whoever dies."""

import re
import smtplib
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from palier.entrypoints.batch import rounds
from palier.events.clock import real_now
from palier.events.keys import new_id
from palier.notices import send as sending
from palier.notices.models import Notice
from palier.notices.send import (
    MOST_ATTEMPTS,
    across_customers_unsent,
    is_final,
    pause_after,
    queue_sending,
    said_by,
    send,
)
from palier.notices.write import message_id
from palier.people.models import User
from tests.notices.mail_server import Moody, listening
from tests.world import World

pytestmark = pytest.mark.django_db


def test_what_a_mail_server_says_of_our_password_is_kept_nowhere(settings: Any) -> None:
    settings.EMAIL_HOST_PASSWORD = "mail-words-7719"
    refused = smtplib.SMTPAuthenticationError(535, b"no such AUTH: AHBhbGllcgBtYWlsLXdvcmRz")
    assert said_by(refused) == "SMTPAuthenticationError: 535"
    assert said_by(smtplib.SMTPServerDisconnected("after mail-words-7719")).endswith("after [hidden]")


@pytest.fixture
def post_office(tmp_path: Path, settings: Any) -> Iterator[Moody]:
    """A real mail server, and Django told to use it."""
    with listening(tmp_path) as (handler, port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.DEFAULT_FROM_EMAIL = "Palier <palier@boreal.example>"
        yield handler


def written(world: World, **columns: Any) -> Notice:
    """A notice to Alice that waits to be sent, its row alone."""
    event_id = new_id()
    columns = {
        "customer": world.boreale,
        "event_id": event_id,
        "kind": "plan_change.done",
        "subject_kind": "plan_change",
        "subject_id": new_id(),
        "user": world.alice,
        "to_address": world.alice.email,
        "language": "fr",
        "title": "Votre service est pleinement opérationnel\u00a0: Forfait B",
        "text": "Bonjour Alice,\n\nC’est fait.\n",
        "html": "<p>C’est fait.</p>",
        "message_id": message_id(event_id, world.alice),
        "written_at": world.now,
        "overdue_at": real_now() + timedelta(minutes=1),
    } | columns
    return Notice.objects.create(**columns)


def attempt(notice: Notice, world: World) -> Notice:
    send(notice.customer_id, notice.id, world.now)
    notice.refresh_from_db()
    return notice


def a_minute_passes(notice: Notice) -> None:
    Notice.objects.filter(id=notice.id).update(overdue_at=real_now() - timedelta(seconds=1))


def text_of(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_mail_is_sent_with_both_forms_and_its_headers(world: World, post_office: Moody) -> None:
    notice = attempt(written(world), world)
    (mail,) = post_office.mails
    assert (notice.state, notice.sent_at, notice.attempts) == ("sent", world.now, 1)
    assert mail["Subject"].strip() == notice.title
    assert mail["Message-ID"] == notice.message_id
    assert mail["To"] == mail["X-Envelope-To"] == "alice@example.com"
    assert mail["From"] == "Hébergement Boréal <palier@boreal.example>"
    assert mail["Reply-To"] == "Hébergement Boréal <bonjour@hebergement-boreal.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "fr-CA"
    assert mail["List-Id"] is None
    assert text_of(mail, "plain") == notice.text
    assert text_of(mail, "html").strip() == notice.html


def test_the_message_id_is_made_of_event_and_person(world: World, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "Palier <palier@boreal.example>"
    event_id = new_id()
    known = message_id(event_id, world.alice)
    assert re.fullmatch(r"<[0-9a-f]{32}@boreal\.example>", known)
    assert known == message_id(event_id, User.objects.get(id=world.alice.id))
    assert known != message_id(event_id, world.bob)
    assert known != message_id(new_id(), world.alice)


def test_a_notice_that_is_sent_is_not_sent_again(world: World, post_office: Moody) -> None:
    notice = written(world)
    for _ in range(3):
        attempt(notice, world)
    assert len(post_office.mails) == 1


def test_it_is_marked_as_being_sent_before_the_mail_server_hears_of_it(
    world: World, post_office: Moody, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    plain_mail = sending.mail_of

    def looked_at(notice: Notice, host: Any) -> Any:
        seen.append(Notice.objects.get(id=notice.id).state)
        return plain_mail(notice, host)

    monkeypatch.setattr(sending, "mail_of", looked_at)
    attempt(written(world), world)
    assert seen == ["sending"]


def test_a_server_that_refuses_the_recipient_for_good_is_not_asked_again(
    world: World, post_office: Moody
) -> None:
    post_office.recipient = "550 5.1.1 no such person"
    notice = attempt(written(world), world)
    assert (notice.state, notice.attempts) == ("failed", 1)
    assert "550" in notice.failure
    assert list(across_customers_unsent(real_now() + timedelta(days=1))) == []


def test_a_server_that_is_busy_is_asked_again_later(world: World, post_office: Moody) -> None:
    post_office.recipient = "450 4.2.0 try again later"
    notice = attempt(written(world), world)
    assert (notice.state, notice.attempts) == ("queued", 1)
    assert "450" in notice.failure
    post_office.recipient = ""
    world.hurry()
    world.drain()
    notice.refresh_from_db()
    assert (notice.state, notice.attempts, notice.failure) == ("sent", 2, "")
    assert [mail["Message-ID"] for mail in post_office.mails] == [notice.message_id]


def test_a_mail_refused_for_what_it_says_is_not_sent_again(world: World, post_office: Moody) -> None:
    post_office.data = "554 5.7.1 we do not like it"
    assert attempt(written(world), world).state == "failed"


def test_a_server_that_is_down_is_asked_again_and_the_reason_kept(world: World, settings: Any) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", closed.getsockname()[1]
        notice = attempt(written(world), world)
    assert (notice.state, notice.attempts) == ("queued", 1)
    assert notice.failure.startswith("ConnectionRefusedError")


def test_after_the_last_attempt_it_has_failed(world: World, post_office: Moody) -> None:
    post_office.recipient = "450 4.2.0 try again later"
    notice = written(world)
    for _ in range(MOST_ATTEMPTS + 2):
        attempt(notice, world)
    assert (notice.state, notice.attempts) == ("failed", MOST_ATTEMPTS)
    assert "450" in notice.failure
    assert post_office.mails == []


def test_pauses_grow_from_seconds_to_hours_over_half_a_day() -> None:
    pauses = [pause_after(attempts) for attempts in range(1, MOST_ATTEMPTS)]
    assert pauses[:3] == [timedelta(seconds=10), timedelta(seconds=30), timedelta(seconds=90)]
    assert pauses[-1] == timedelta(hours=2)
    assert timedelta(hours=10) < sum(pauses, timedelta()) < timedelta(hours=14)


@pytest.mark.parametrize(
    ("error", "final"),
    [
        (smtplib.SMTPRecipientsRefused({"a@b.c": (550, b"no")}), True),
        (smtplib.SMTPRecipientsRefused({"a@b.c": (451, b"greylisted")}), False),
        (smtplib.SMTPDataError(554, b"spam"), True),
        (smtplib.SMTPDataError(451, b"later"), False),
        (smtplib.SMTPAuthenticationError(535, b"who are you"), False),
        (smtplib.SMTPServerDisconnected("gone"), False),
        (TimeoutError("slow"), False),
    ],
)
def test_only_what_will_never_be_taken_is_given_up_at_once(error: Exception, final: bool) -> None:
    assert is_final(error) is final


def test_a_fault_of_ours_leaves_no_notice_behind(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(*_: Any) -> Any:
        raise KeyError("a bug")

    monkeypatch.setattr(sending, "mail_of", faulty)
    notice = attempt(written(world), world)
    assert (notice.state, notice.failure) == ("queued", "KeyError: 'a bug'")


def test_one_whose_worker_died_is_left_alone_for_a_minute_and_then_taken_up(
    world: World, post_office: Moody
) -> None:
    notice = written(world)
    sending._claim(notice.customer_id, notice.id)  # and then the worker dies
    assert attempt(notice, world).state == "sending"
    assert list(across_customers_unsent(real_now())) == []
    a_minute_passes(notice)
    rounds.round_of_upkeep(world.now)
    world.drain()
    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == ("sent", 2)
    assert [mail["Message-ID"] for mail in post_office.mails] == [notice.message_id]


def test_one_that_kills_every_worker_ends_as_failed(world: World, post_office: Moody) -> None:
    notice = written(world)
    for _ in range(MOST_ATTEMPTS):
        sending._claim(notice.customer_id, notice.id)
        a_minute_passes(notice)
    assert attempt(notice, world).state == "failed"
    assert notice.failure == "every worker that sent it died"
    assert post_office.mails == []


def test_one_that_the_queue_lost_is_found_after_a_minute(world: World, post_office: Moody) -> None:
    notice = written(world)
    rounds.round_of_upkeep(world.now)
    world.drain()
    assert post_office.mails == []
    a_minute_passes(notice)
    rounds.round_of_upkeep(world.now)
    world.drain()
    assert len(post_office.mails) == 1


def test_a_notice_waits_in_the_queue_once(world: World) -> None:
    notice = written(world)
    a_minute_passes(notice)
    for _ in range(4):
        queue_sending(notice)
    rounds.round_of_upkeep(world.now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'palier.send_notice'")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one_mail(world: World, post_office: Moody) -> None:
    notice = written(world)
    in_threads(lambda: send(notice.customer_id, notice.id, world.now), times=4)
    notice.refresh_from_db()
    assert (notice.state, notice.attempts, len(post_office.mails)) == ("sent", 1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_slow_mail_server_is_not_taken_for_a_dead_worker(world: World, post_office: Moody) -> None:
    notice = written(world)

    def meanwhile() -> None:
        """A minute has passed, the first worker still waits for its answer, and the rounds come by."""

        def another_worker() -> None:
            a_minute_passes(notice)
            send(notice.customer_id, notice.id, world.now)

        in_threads(another_worker, times=1)

    post_office.during = meanwhile
    send(notice.customer_id, notice.id, world.now)
    notice.refresh_from_db()
    assert (notice.state, notice.attempts, len(post_office.mails)) == ("sent", 1, 1)


@pytest.mark.django_db(transaction=True)
def test_the_lock_of_a_dead_worker_holds_up_nobody(world: World, post_office: Moody) -> None:
    notice = written(world)

    def dies() -> None:
        with sending._alone(notice.id):
            sending._claim(notice.customer_id, notice.id)
            connections["default"].close()  # as when it is killed
            raise SystemExit

    in_threads(dies, times=1)
    a_minute_passes(notice)
    assert attempt(notice, world).state == "sent"


def in_threads(act: Any, *, times: int) -> None:
    def alone() -> None:
        try:
            act()
        except (SystemExit, Exception):
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=alone) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
