"""That the books were checked, day by day."""

from django.db import models

from palier.events import guards


class DailyCheck(models.Model):
    """One day's check. `found` is how many rows break each invariant that is broken: empty when the books are right."""

    on = models.DateField(primary_key=True)
    checked_at = models.DateTimeField()
    invariants = models.PositiveIntegerField()
    found = models.JSONField(default=dict)

    class Meta:
        triggers = [guards.append_only("daily_check")]

    @property
    def is_right(self) -> bool:
        return not self.found

    @property
    def rows(self) -> int:
        """How many rows break an invariant."""
        return sum(self.found.values())
