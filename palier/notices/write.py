"""Write the notices of an event: one for each person it concerns."""

from email.utils import parseaddr
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from palier.catalog import snapshot
from palier.events.clock import real_now
from palier.events.models import Event
from palier.notices.kinds import KINDS
from palier.notices.letter import Draft
from palier.notices.letters.asked import customer_of
from palier.notices.links import link
from palier.notices.models import Notice
from palier.notices.render import rendered
from palier.notices.send import PATIENCE, queue_sending
from palier.people.models import Member, Provider, User
from palier.people.queries import provider
from palier.subscriptions.bill_period import House

TITLE_LENGTH = 250


@transaction.atomic
def write_notices(event: Event) -> None:
    """Write and queue the messages of an event that nobody has written yet; any number of times, from anywhere.

    A person has one notice of an event: the database says so. Whoever comes second writes and queues nothing.
    """
    kind, customer_id = KINDS[event.kind], customer_of(event)
    house = House(snapshot.current(), provider())
    draft = kind.draft(event, house)
    if draft is None:
        return
    members = _untold(event, kind.act, draft.also)
    notices = [_notice(event, draft, member, house.provider) for member in members]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    written = Notice.objects.filter(customer_id=customer_id, id__in=[notice.id for notice in notices])
    for notice in written.only("id", "customer_id"):
        queue_sending(notice)


def _untold(event: Event, act: str, also: frozenset[UUID]) -> list[Member]:
    """Active members whose role may act on it, or who asked for it, and who have no notice of it yet."""
    told = Notice.objects.filter(customer_id=customer_of(event), event_id=event.id).values("user_id")
    members = Member.objects.filter(customer_id=customer_of(event), user__is_active=True)
    found = members.exclude(user_id__in=told).select_related("user", "customer").order_by("id")
    return [member for member in found if member.may(act) or member.user_id in also]


def _notice(event: Event, draft: Draft, member: Member, host: Provider) -> Notice:
    user, customer = member.user, member.customer
    language = user.language or customer.language or host.language
    subject_kind, subject_id = draft.subject
    with override(language):
        letter = draft.say(language)
        text, html = rendered(
            letter,
            url=link(subject_kind, subject_id),
            user=user,
            customer=customer,
            provider=host,
            language=language,
        )
    return Notice(
        customer_id=member.customer_id,
        event_id=event.id,
        kind=event.kind,
        subject_kind=subject_kind,
        subject_id=subject_id,
        user=user,
        to_address=user.email,
        language=language,
        title=_one_line(letter.title),
        text=text,
        html=html,
        documents=[[kind, str(row_id)] for kind, row_id in draft.documents],
        message_id=message_id(event.id, user),
        written_at=event.at,
        overdue_at=real_now() + PATIENCE,
    )


def message_id(event_id: UUID, user: User) -> str:
    """Made of the event and the person, so that the same message sent twice is the same message. Short enough to
    stand on one line of a mail's head, which some servers ask for."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{uuid5(event_id, str(user.id)).hex}@{domain}>"


def _one_line(title: str) -> str:
    """A subject of mail is one line, whatever a client called their service."""
    line = " ".join(part.strip(" \t") for part in title.splitlines())
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1] + "…"
