"""Work items and the notes people leave on them."""

from django.db import models

from palier.core.states import WORK_ITEM
from palier.events import guards
from palier.people.models import User
from palier.people.owned import InsideCustomer, OwnedRow, inside_customer


class WorkItem(OwnedRow):
    """Something a person must do. `reason` is a code of words/reasons.py, `facts` its numbers and names."""

    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    reason = models.CharField(max_length=60)
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=20, default="open")
    opened_at = models.DateTimeField()
    promised_by = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta(OwnedRow.Meta):
        constraints = [
            *OwnedRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["customer", "subject_kind", "subject_id"],
                condition=models.Q(state__in=["open", "taken"]),
                name="work_workitem_one_open",
            ),
        ]
        indexes = [
            models.Index(
                fields=["promised_by"],
                condition=models.Q(state__in=["open", "taken"]),
                name="work_workitem_queue",
            )
        ]
        triggers = [guards.only_steps_of(WORK_ITEM), guards.never_deleted("work_item")]

    @property
    def is_open(self) -> bool:
        return self.state in ("open", "taken")


class WorkNote(OwnedRow):
    item = inside_customer("work.WorkItem", related_name="notes")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()

    class Meta(OwnedRow.Meta):
        constraints = [*OwnedRow.Meta.constraints, InsideCustomer(field="item", name="work_worknote_inside")]
        triggers = [guards.append_only("work_note")]
