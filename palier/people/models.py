"""The provider, its customers, and the people who log in for either."""

from datetime import date, time
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from palier.core.hours import WorkingHours
from palier.core.tax_due import Exemption
from palier.events import guards
from palier.events.keys import new_id
from palier.people.kinds import CUSTOMER_KINDS
from palier.people.owned import OwnedRow
from palier.people.permissions import ROLES


class Provider(models.Model):
    """The host that runs this Palier: one row, written from the catalogue file. `country` is the place of its
    establishment (`FR`, `CA-QC`), empty where no tax asks for it."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=120)
    legal_name = models.CharField(max_length=200)
    address = models.TextField()
    country = models.CharField(max_length=10, blank=True)
    email = models.EmailField()
    phone = models.CharField(max_length=40, blank=True)
    website = models.URLField(blank=True)
    language = models.CharField(max_length=5, default="fr")
    currency = models.CharField(max_length=3)
    time_zone = models.CharField(max_length=60)
    working_hours = models.JSONField(default=dict)
    payment_terms = models.JSONField(default=dict)
    #: How many days before its period begins a renewal is invoiced; it is due on that day.
    invoice_days_ahead = models.PositiveSmallIntegerField(default=7)
    #: What follows an invoice that stays unpaid, where it differs from the defaults of core/dunning.py.
    dunning = models.JSONField(default=dict)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="people_provider_single")]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def hours(self) -> WorkingHours:
        """From {days: [0..6], opens: "09:00", closes: "17:00", holidays: ["2026-12-25"]}."""
        written = self.working_hours
        return WorkingHours(
            self.time_zone,
            frozenset(written["days"]),
            time.fromisoformat(written["opens"]),
            time.fromisoformat(written["closes"]),
            frozenset(date.fromisoformat(day) for day in written.get("holidays", [])),
        )


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person who logs in. Global: one person may be a Member of several customers, or staff."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=5, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    #: The memberships, where they were read with the person (sign_in.py).
    places: "tuple[Member, ...] | None" = None

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name or self.email


class Customer(models.Model):
    """Who buys and pays. `region` is the province or state that taxes follow, `country` ISO 3166 (CA); `kind` is who
    laws say they are.

    `vat_number` is one of the customer's own member state of the European Union, found well formed on
    `vat_checked_on`. `has_exemptions` says whether any `TaxExemption` was ever written.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=200)
    street = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100, blank=True)
    region = models.CharField(max_length=10, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2)
    language = models.CharField(max_length=5)
    currency = models.CharField(max_length=3)
    kind = models.CharField(
        max_length=20, default="business", choices=[(kind, kind) for kind in CUSTOMER_KINDS]
    )
    vat_number = models.CharField(max_length=20, blank=True)
    vat_checked_on = models.DateField(null=True, blank=True)
    has_exemptions = models.BooleanField(default=False)
    joined_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=list(CUSTOMER_KINDS)), name="people_customer_kind"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def jurisdiction(self) -> str:
        """Where taxes place this customer: `CA-QC`, or the country alone."""
        return f"{self.country}-{self.region}" if self.region else self.country


class TaxExemption(OwnedRow):
    """A tax the customer does not pay, by its code (empty: every tax), from a day until another. Only its end is ever
    changed: documents rest on it."""

    code = models.CharField(max_length=20, blank=True)
    certificate = models.CharField(max_length=60)
    reason = models.CharField(max_length=200, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    added_at = models.DateTimeField()

    class Meta(OwnedRow.Meta):
        constraints = [
            *OwnedRow.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(until_on__isnull=True) | models.Q(until_on__gte=models.F("from_on")),
                name="people_taxexemption_in_order",
            ),
        ]
        triggers = [
            guards.frozen("tax_exemption", ["code", "certificate", "reason", "from_on", "added_at"]),
            guards.never_deleted("tax_exemption"),
        ]

    @property
    def exemption(self) -> Exemption:
        return Exemption(self.code, self.from_on, self.until_on, self.certificate)


class Member(OwnedRow):
    """A user's place with a customer, and their role there (see `permissions.py`)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(role, role) for role in ROLES])

    class Meta(OwnedRow.Meta):
        constraints = [
            *OwnedRow.Meta.constraints,
            models.UniqueConstraint(fields=["customer", "user"], name="people_member_once"),
            models.CheckConstraint(condition=models.Q(role__in=list(ROLES)), name="people_member_role"),
        ]

    def may(self, act: str) -> bool:
        return act in ROLES[self.role]
