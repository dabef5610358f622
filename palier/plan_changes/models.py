"""One requested move from one configuration to another."""

from django.db import models
from django.db.models import Q

from palier.core.pricing import Configuration
from palier.core.quote import Quote
from palier.core.quote_json import quote_from_json
from palier.core.states import OPEN_CHANGE, PLAN_CHANGE
from palier.events import guards
from palier.people.models import User
from palier.people.owned import InsideCustomer, OwnedRow, inside_customer


class PlanChange(OwnedRow):
    """A change that was accepted. `quote` is the accepted quote, as read by the client; `at` the instant it is of.
    `approved_quote` is that of the day our team approved it, which costs no more; null where nobody had to.

    At most one is open for a subscription. A scheduled one is set aside (`set_aside_by`) while another is under
    way: it returns if that one expires or is undone, and is cancelled when it is done.
    """

    subscription = inside_customer("subscriptions.Subscription", related_name="plan_changes")
    state = models.CharField(max_length=20)
    set_aside_by = inside_customer("plan_changes.PlanChange", null=True)
    from_configuration = models.JSONField()
    to_configuration = models.JSONField()
    agreed = models.JSONField(default=dict)
    #: What the subscription has once it is done, dated: terms of core/discounts.py.
    discounts = models.JSONField(default=list)
    at = models.DateTimeField()
    on = models.DateField()
    takes_effect_on = models.DateField()
    #: The end of the paid periods that the quote counted: from this day on, periods are billed for the target.
    paid_until_on = models.DateField()
    fit_checked_on = models.DateField(null=True)
    at_renewal = models.BooleanField(default=False)
    restarts = models.BooleanField(default=False)
    quote = models.JSONField()
    approved_quote = models.JSONField(null=True)
    digest = models.CharField(max_length=64)
    price = models.BigIntegerField()
    #: Billed for its periods, before tax: set-up fees left out.
    net_due = models.BigIntegerField(default=0)
    #: What it has raised when it was done, by period: [held, paid], per full cycle.
    raised = models.JSONField(default=dict)
    invoice = inside_customer("billing.Invoice", null=True)
    idempotency_key = models.CharField(max_length=64)
    request_digest = models.CharField(max_length=64)
    accepted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    promised_by = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=60, blank=True)

    class Meta(OwnedRow.Meta):
        constraints = [
            *OwnedRow.Meta.constraints,
            InsideCustomer(field="subscription", name="plan_changes_planchange_sub"),
            InsideCustomer(field="invoice", name="plan_changes_planchange_invoice"),
            InsideCustomer(field="set_aside_by", name="plan_changes_planchange_aside", deferred=True),
            models.UniqueConstraint(
                fields=["customer", "subscription"],
                condition=Q(state__in=sorted(OPEN_CHANGE), set_aside_by__isnull=True),
                name="plan_changes_planchange_one_open",
            ),
            models.UniqueConstraint(
                fields=["customer", "idempotency_key"], name="plan_changes_planchange_key"
            ),
            models.CheckConstraint(
                condition=Q(set_aside_by__isnull=True) | Q(state__in=["scheduled", "cancelled"]),
                name="plan_changes_planchange_only_scheduled_aside",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], condition=Q(state="awaiting_payment"), name="plan_changes_expiring"
            ),
            models.Index(
                fields=["takes_effect_on"], condition=Q(state="scheduled"), name="plan_changes_scheduled"
            ),
        ]
        triggers = [
            guards.only_steps_of(PLAN_CHANGE),
            guards.never_deleted("plan_change"),
            guards.frozen(
                "plan_change",
                [
                    "from_configuration",
                    "to_configuration",
                    "agreed",
                    "discounts",
                    "quote",
                    "approved_quote",
                    "digest",
                    "price",
                ],
            ),
        ]

    @property
    def quoted(self) -> Quote:
        """The quote that its invoice equals."""
        return quote_from_json(self.approved_quote or self.quote)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_CHANGE

    @property
    def origin(self) -> Configuration:
        return Configuration.from_json(self.from_configuration)

    @property
    def target(self) -> Configuration:
        return Configuration.from_json(self.to_configuration)
