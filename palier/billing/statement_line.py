"""The row of what arrived at the bank."""

from django.db import models

from palier.core.money import Money
from palier.core.states import STATEMENT_LINE
from palier.events import guards
from palier.events.keys import new_id


class StatementLine(models.Model):
    """Money that arrived at the bank, as its statement or staff say. Nobody's until it is matched.

    `digest` makes the same line of the same statement one line, however often it is read.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    gateway = models.CharField(max_length=30)
    on = models.DateField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    text = models.TextField(blank=True)
    note = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=20, default="waiting")
    customer = models.ForeignKey("people.Customer", on_delete=models.PROTECT, null=True, related_name="+")
    payment_id = models.UUIDField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by_id = models.UUIDField()
    matched_at = models.DateTimeField(null=True)
    matched_by_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "digest"], name="billing_statementline_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="billing_statementline_amount"),
            models.CheckConstraint(
                condition=~models.Q(state="matched") | models.Q(customer__isnull=False),
                name="billing_statementline_matched",
            ),
        ]
        indexes = [
            models.Index(
                fields=["on"], condition=models.Q(state="waiting"), name="billing_statementline_waiting"
            )
        ]
        triggers = [
            guards.only_steps_of(STATEMENT_LINE),
            guards.never_deleted("statement_line"),
            guards.frozen(
                "statement_line", ["gateway", '"on"', "amount", "currency", "text", "digest", "customer_id"]
            ),
        ]

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)
