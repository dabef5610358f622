"""What was found to differ between a server and our side."""

from django.db import models
from django.db.models import Q

from palier.events import guards
from palier.people.owned import InsideCustomer, OwnedRow, inside_customer


class Drift(OwnedRow):
    """One thing in which a server and we differ: `kind` and `lines` are those of compare.py.

    It ends when it is `gone` by itself, or when the `server` or `ours` was set right; `asked_at` is when a person chose
    the server, which takes its job a moment.
    """

    service = inside_customer("provisioning.Service", related_name="drifts")
    kind = models.CharField(max_length=20)
    lines = models.JSONField(default=list)
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_how = models.CharField(max_length=10, blank=True)

    class Meta(OwnedRow.Meta):
        constraints = [
            *OwnedRow.Meta.constraints,
            InsideCustomer(field="service", name="reconciliation_drift_service"),
            models.UniqueConstraint(
                fields=["customer", "service", "kind"],
                condition=Q(ended_at=None),
                name="reconciliation_drift_once",
            ),
        ]
        indexes = [
            models.Index(fields=["found_at"], condition=Q(ended_at=None), name="reconciliation_drift_open")
        ]
        triggers = [guards.never_deleted("drift")]


class Allowance(OwnedRow):
    """Limits that a person has let stand as they are on the server, for as long as the service has that configuration.
    None is unlimited."""

    service = inside_customer("provisioning.Service", related_name="allowances")
    configuration = models.JSONField()
    limits = models.JSONField()
    allowed_at = models.DateTimeField()

    class Meta(OwnedRow.Meta):
        constraints = [
            *OwnedRow.Meta.constraints,
            InsideCustomer(field="service", name="reconciliation_allowance_service"),
        ]
        triggers = [guards.never_deleted("allowance")]
