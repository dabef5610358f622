"""Servers, services and provisioning jobs."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from palier.core.fit import Machine, Measure
from palier.core.states import JOB, OPEN_JOB
from palier.drivers.panel import Account, Target
from palier.events import guards
from palier.events.keys import new_id
from palier.people.owned import InsideCustomer, OwnedRow, inside_customer

#: What a panel of one machine does at the same time without slowing everybody there.
AT_ONCE = 4


class Server(models.Model):
    """A machine with a panel, from the catalogue file or added by hand. `url` and `credentials` may name environment
    variables (`${NAME}`), read when the panel is called; `sealed` are secrets that were given to us to keep, by the
    names that the driver wants (people/seal.py)."""

    sealed_columns = ("sealed",)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    names = models.JSONField()
    driver = models.CharField(max_length=30)
    url = models.CharField(max_length=300, blank=True)
    options = models.JSONField(default=dict)
    certificate = models.TextField(blank=True)
    credentials = models.JSONField(default=dict)
    #: What must stay free above what is used, by resource: an amount, or a share of what is used ("0.05").
    margin = models.JSONField(default=dict)
    sampled_every_hours = models.PositiveSmallIntegerField(default=6)
    #: How many acts may run on it at the same time, over all workers.
    at_once = models.PositiveSmallIntegerField(default=AT_ONCE)
    sealed = models.JSONField(default=dict)
    by_hand = models.BooleanField(default=False)
    retired_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.code


class Place(models.Model):
    """One of the acts that may run on a server at the same time: whoever acts there holds one (lease.py), and who has
    died holds it no longer than its lease. Places are made when they are first needed."""

    server = models.ForeignKey(Server, on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField()
    service_id = models.UUIDField(null=True)
    fence = models.PositiveBigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["server", "number"], name="provisioning_place_once")]


class Circuit(models.Model):
    """A server that did not answer when it was last asked (circuit.py). No row: it did.

    `failures` counts those in a row; it is down since the third. While it is open nothing is asked of it, and at
    `probe_at` one question is. All of it is real time.
    """

    server = models.OneToOneField(Server, primary_key=True, on_delete=models.CASCADE, related_name="circuit")
    failures = models.PositiveIntegerField()
    last_error = models.CharField(max_length=400)
    failed_at = models.DateTimeField()
    down_since = models.DateTimeField(null=True)
    probe_at = models.DateTimeField(null=True)


class ServerHealth(models.Model):
    """What the last look at a server found (check_server.py). No row: nobody has looked yet.

    `problem` is empty where all is well, else a code of words/servers.py, and `since` the moment it became so. `plans`
    is what the panel told last, by its own names: None, if it never did. `shown` is the certificate that it shows, in
    PEM. The last error is kept after it is over, with its moment.
    """

    server = models.OneToOneField(Server, primary_key=True, on_delete=models.CASCADE, related_name="health")
    checked_at = models.DateTimeField()
    problem = models.CharField(max_length=20, blank=True)
    since = models.DateTimeField()
    version = models.CharField(max_length=120, blank=True)
    latency_ms = models.PositiveIntegerField(null=True)
    last_error = models.CharField(max_length=400, blank=True)
    last_error_at = models.DateTimeField(null=True)
    plans = models.JSONField(null=True)
    plans_at = models.DateTimeField(null=True)
    shown = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.problem or "good"


class Service(OwnedRow):
    """The account or machine that a subscription pays for.

    What the panel last said is kept with its moment; `missing_at` is when it said that it knows no such account, and
    `compared_at` when what it said was last compared with our side (daily.py). The lease keeps two acts on one service
    apart: its holder knows the fencing number, and whoever comes with an older one may write nothing.
    """

    subscription = inside_customer("subscriptions.Subscription", related_name="services")
    server = models.ForeignKey(Server, on_delete=models.PROTECT, related_name="+")
    account = models.CharField(max_length=64)
    package = models.CharField(max_length=80, blank=True)
    privileges = models.CharField(max_length=80, blank=True)
    limits = models.JSONField(default=dict)
    usage = models.JSONField(default=dict)
    suspended = models.BooleanField(default=False)
    grows_only = models.JSONField(default=list)
    room = models.JSONField(default=dict)
    inspected_at = models.DateTimeField(null=True)
    #: When sampling last asked its panel, whether or not it answered.
    asked_at = models.DateTimeField(null=True)
    missing_at = models.DateTimeField(null=True)
    compared_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    fence = models.PositiveBigIntegerField(default=0)

    class Meta(OwnedRow.Meta):
        constraints = [
            *OwnedRow.Meta.constraints,
            InsideCustomer(field="subscription", name="provisioning_service_sub"),
            models.UniqueConstraint(fields=["customer", "subscription"], name="provisioning_service_once"),
        ]
        indexes = [
            # The oldest measures of a server, for sampling: those never asked for come first.
            models.Index(
                "server",
                F("asked_at").asc(nulls_first=True),
                "id",
                condition=Q(ended_at=None),
                name="provisioning_service_oldest",
            )
        ]
        triggers = [guards.never_deleted("service")]

    def __str__(self) -> str:
        return self.account

    @property
    def panel_account(self) -> Account:
        return Account(self.account, self.subscription.label)

    @property
    def machine(self) -> Machine:
        """What the machine asks for besides the usage, as last read."""
        return Machine(self.limits, frozenset(self.grows_only), self.room)

    @property
    def measures(self) -> dict[str, Measure]:
        """The usage last read, by resource."""
        return {
            resource: Measure(found["amount"], self.inspected_at, found["exactness"])
            for resource, found in self.usage.items()
        }


class ProvisioningJob(OwnedRow):
    """One request to a panel: what is wanted, under which key, how often it was tried and how it ended.

    `acts_sent` counts what was really sent; a job with `unsure` set must inspect before it sends again. `polls` are
    the attempts at which the panel said that it is still working on it. `before` is what the panel had when this was
    asked, and `tried` what each attempt came to (tried.py). In `line` it waits for a place at that server (line.py).
    """

    service = inside_customer("provisioning.Service", related_name="jobs")
    verb = models.CharField(max_length=20)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    package = models.CharField(max_length=80, blank=True)
    privileges = models.CharField(max_length=80, blank=True)
    limits = models.JSONField(default=dict)
    #: What a usage that the panel cannot measure means for a change: a policy of the catalogue.
    unknown_usage = models.CharField(max_length=12, default="refuse")
    state = models.CharField(max_length=20, default="queued")
    attempts = models.PositiveIntegerField(default=0)
    polls = models.PositiveIntegerField(default=0)
    acts_sent = models.PositiveIntegerField(default=0)
    unsure = models.BooleanField(default=False)
    handle = models.CharField(max_length=300, blank=True)
    not_before = models.DateTimeField(null=True)
    reason = models.CharField(max_length=60, blank=True)
    facts = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    tried = models.JSONField(default=list)
    line = models.ForeignKey(Server, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    queued_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(OwnedRow.Meta):
        constraints = [
            *OwnedRow.Meta.constraints,
            InsideCustomer(field="service", name="provisioning_job_service"),
            models.UniqueConstraint(
                fields=["customer", "subject_kind", "subject_id", "verb"],
                condition=Q(state__in=sorted(OPEN_JOB), subject_kind="plan_change"),
                name="provisioning_job_one_open",
            ),
        ]
        indexes = [
            models.Index(
                fields=["not_before"],
                condition=Q(state__in=["queued", "running"], line=None),
                name="provisioning_job_due",
            ),
            models.Index(
                fields=["line", "queued_at", "id"],
                condition=Q(line__isnull=False, state="queued"),
                name="provisioning_job_line",
            ),
            models.Index(
                fields=["-ended_at", "-id"],
                condition=Q(state="needs_person"),
                name="provisioning_job_given_up",
            ),
        ]
        triggers = [guards.only_steps_of(JOB), guards.never_deleted("job")]

    @property
    def target(self) -> Target:
        return Target(self.package, self.limits, self.privileges)

    @property
    def tries(self) -> int:
        """Attempts that may not go on for ever: of a panel that is at work, only those that found it silent count."""
        return self.attempts - self.polls

    @property
    def told(self) -> dict[str, Any]:
        """The facts of the event that it has ended: what it was for, and how it went."""
        subject = {"subject_kind": self.subject_kind, "subject_id": str(self.subject_id)}
        return {"verb": self.verb, **subject, "reason": self.reason, **self.facts}
