"""Messages to people about events."""

from django.db import models
from django.db.models import Q

from palier.core.states import NOTICE
from palier.events import guards
from palier.people.models import User
from palier.people.owned import OwnedRow


class Notice(OwnedRow):
    """What one person was told of one event, in their language, as it was written then.

    `message_id` is made of the event and the person, so that the same message sent twice is the same message.
    `subject_kind` and `subject_id` are what its button leads to (links.py). `written_at`, `sent_at` and `read_at` are
    business time; `overdue_at` is the real time at which an unsent notice is taken up by the rounds.
    """

    event_id = models.UUIDField()
    kind = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    to_address = models.EmailField()
    language = models.CharField(max_length=5)
    title = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField()
    #: [kind, id] of each document that goes with the mail (documents/paper.py).
    documents = models.JSONField(default=list)
    message_id = models.CharField(max_length=200)
    state = models.CharField(max_length=20, default="queued")
    attempts = models.PositiveIntegerField(default=0)
    written_at = models.DateTimeField()
    overdue_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True)

    class Meta(OwnedRow.Meta):
        constraints = [
            *OwnedRow.Meta.constraints,
            models.UniqueConstraint(fields=["customer", "event_id", "user"], name="notices_notice_once"),
        ]
        indexes = [
            models.Index(fields=["customer", "user", "-written_at"], name="notices_notice_recent"),
            models.Index(
                fields=["overdue_at"], condition=Q(state__in=["queued", "sending"]), name="notices_notice_due"
            ),
        ]
        triggers = [guards.only_steps_of(NOTICE), guards.never_deleted("notice")]
