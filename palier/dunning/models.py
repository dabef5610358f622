"""Steps that were taken about an overdue invoice, and delays that were granted for it."""

from django.db import models

from palier.core.dunning import Taken
from palier.events import guards
from palier.people.models import User
from palier.people.owned import InsideCustomer, OwnedRow, inside_customer


class StepTaken(OwnedRow):
    """One step of core/dunning.py, taken once. `since_on` is the day since which the invoice was overdue then: one
    that a bank takes its payment back from has another life, with steps of its own."""

    invoice = inside_customer("billing.Invoice", related_name="dunning_steps")
    since_on = models.DateField()
    kind = models.CharField(max_length=20)
    number = models.PositiveSmallIntegerField()
    taken_on = models.DateField()
    taken_at = models.DateTimeField()

    class Meta(OwnedRow.Meta):
        constraints = [
            *OwnedRow.Meta.constraints,
            InsideCustomer(field="invoice", name="dunning_steptaken_invoice"),
            models.UniqueConstraint(
                fields=["customer", "invoice", "since_on", "kind", "number"], name="dunning_steptaken_once"
            ),
        ]
        triggers = [guards.append_only("step_taken")]

    @property
    def as_taken(self) -> Taken:
        return Taken(self.kind, self.number, self.taken_on)  # type: ignore[arg-type]


class Delay(OwnedRow):
    """A promise to pay by the end of `promised_on`: until then no step is taken. The latest granted counts."""

    invoice = inside_customer("billing.Invoice", related_name="delays")
    promised_on = models.DateField()
    note = models.TextField()
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()

    class Meta(OwnedRow.Meta):
        constraints = [
            *OwnedRow.Meta.constraints,
            InsideCustomer(field="invoice", name="dunning_delay_invoice"),
        ]
        indexes = [models.Index(fields=["customer", "invoice", "-granted_at"], name="dunning_delay_latest")]
        triggers = [guards.append_only("delay")]
