"""Events, the counters that order them, and the business clock's offset."""

from datetime import timedelta

from django.db import models

from palier.events import guards
from palier.events.keys import new_id


class Event(models.Model):
    """Something that happened, in the past tense: `invoice.paid`.

    `stream_id` is what the event is ordered in (a subscription, or else its subject) and `version` its place
    there, from 1 without a gap. `at` is business time; `recorded_at` is real time.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    customer_id = models.UUIDField(null=True)
    stream_id = models.UUIDField()
    version = models.PositiveIntegerField()
    actor_kind = models.CharField(max_length=20)
    actor_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream_id", "version"], name="events_event_order"),
        ]
        indexes = [
            models.Index(fields=["customer_id", "subject_id"], name="events_event_subject"),
            models.Index(fields=["kind", "at"], name="events_event_kind"),
        ]
        triggers = [guards.append_only("event")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"


class Owed(models.Model):
    """The reactions to an event, until whoever recorded it has run them itself (here.py). `since` is real time."""

    event_id = models.UUIDField(primary_key=True)
    since = models.DateTimeField()


class Stream(models.Model):
    """The last version given in a stream. Its row lock orders the writers of one stream."""

    id = models.UUIDField(primary_key=True)
    version = models.PositiveIntegerField()


class ClockOffset(models.Model):
    """How far business time stands from real time, and how far it is wanted. One row, in the demo and in tests only."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    offset = models.DurationField(default=timedelta(0))
    wanted = models.DurationField(default=timedelta(0))

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="events_clockoffset_single")]


class RoundsMark(models.Model):
    """The last civil day that had its round of what falls due. One row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    on = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="events_roundsmark_single")]
