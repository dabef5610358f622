"""The catalogue as rows. A row is written from the file, read into a snapshot, and retired, never deleted.

Texts for people are {language: sentence}. Codes are the names used in files, addresses and configurations.
"""

from django.db import models

from palier.events.keys import new_id


class Version(models.Model):
    """Which catalogue this is: one row, counted up by every apply that changed something."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    number = models.PositiveIntegerField(default=0)
    file_digest = models.CharField(max_length=64, blank=True)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="catalog_version_single")]


class CatalogRow(models.Model):
    """A row of the catalogue that its file may drop: it is then retired and sold no more."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    position = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Resource(CatalogRow):
    """Something a plan grants: disk, mailboxes, seats. `unit` is `storage` (MB) or `count`; `counted` the words after
    a number of it, {language: {one: …, other: …}}. What is not `measured` (processors) is never in the way of a change;
    what is `granted` is set on the panel and read back all the same.
    """

    code = models.SlugField(max_length=40, unique=True)
    unit = models.CharField(max_length=10)
    names = models.JSONField()
    counted = models.JSONField(default=dict)
    measured = models.BooleanField(default=True)
    granted = models.BooleanField(default=False)


class TaxRate(CatalogRow):
    """A tax from a day on. `rate` is the exact decimal as text: "0.09975" is 9.975 %."""

    code = models.CharField(max_length=20)
    names = models.JSONField()
    rate = models.CharField(max_length=20)
    jurisdiction = models.CharField(max_length=10)
    tax_class = models.CharField(max_length=40, default="standard")
    valid_from = models.DateField()
    valid_until_on = models.DateField(null=True)
    number = models.CharField(max_length=40, blank=True)
    replaces = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "jurisdiction", "tax_class", "valid_from"], name="catalog_taxrate_once"
            )
        ]


class Product(CatalogRow):
    """A family one can buy, with levels. `policies` override the defaults of core/policies.py;
    `dunning`, what the provider does about unpaid invoices. An add-on names the products whose services it is added to.
    """

    code = models.SlugField(max_length=40, unique=True)
    names = models.JSONField()
    icon = models.CharField(max_length=20)
    tax_class = models.CharField(max_length=40, default="standard")
    prices_include_tax = models.BooleanField(default=False)
    policies = models.JSONField(default=dict)
    dunning = models.JSONField(default=dict)
    server_code = models.SlugField(max_length=40)
    addon_to = models.JSONField(default=list)


class Plan(CatalogRow):
    """One level of a product. `limits` are by resource, a missing one unlimited; `package` is its name on the panel,
    which has not known it since `unknown_since`: until it does, nobody can choose it. `privileges` is the panel's name
    of what a reseller on it may do; of an ordinary account there are none."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, to_field="code", related_name="plans")
    code = models.SlugField(max_length=40, unique=True)
    names = models.JSONField()
    summaries = models.JSONField(default=dict)
    rank = models.PositiveIntegerField()
    limits = models.JSONField(default=dict)
    package = models.CharField(max_length=80)
    privileges = models.CharField(max_length=80, blank=True)
    unknown_since = models.DateTimeField(null=True)


class Option(CatalogRow):
    """An extra with a quantity. `grants` adds to the limits: {resource: amount for each unit}. `person` is that of a
    ChangePath, for a change of its quantity."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, to_field="code", related_name="options")
    code = models.SlugField(max_length=40, unique=True)
    names = models.JSONField()
    grants = models.JSONField(default=dict)
    least = models.PositiveIntegerField(default=0)
    most = models.PositiveIntegerField(null=True)
    person = models.JSONField(default=dict)


class Price(CatalogRow):
    """Minor units per full cycle, for a line key such as `plan:web-a:monthly` (core/pricing.py)."""

    key = models.CharField(max_length=120)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "currency"], name="catalog_price_once"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="catalog_price_not_negative"),
        ]


class LawProfile(CatalogRow):
    """What the law of some customers asks for, from a day on. `customers` is a kind or empty (all of them), and
    `jurisdiction` a place or empty (everywhere). `articles` are [{cite: {language: text}, url: {language: address}}];
    `rule` is what the file says of money and notices: fractions as text, amounts in minor units by currency."""

    code = models.SlugField(max_length=40)
    names = models.JSONField()
    customers = models.CharField(max_length=20, blank=True)
    jurisdiction = models.CharField(max_length=10, blank=True)
    valid_from = models.DateField()
    articles = models.JSONField(default=list)
    rule = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="catalog_lawprofile_once")]


class Discount(CatalogRow):
    """What is off a price, and the limits of the code that gives it. A subscription keeps the terms it was given
    (core/discounts.py), whatever becomes of this row.

    `typed` is the code clients type, in capitals; empty when only we give it. `rate` is the exact decimal as text
    ("0.2" is 20 %), or `amounts` are {cycle: {currency: minor units}}. `applies_to` and `cycles` are empty for all.
    `periods` is null for a recurring one. `given_for` is `any`, `new` (services) or `change`.
    """

    code = models.SlugField(max_length=40, unique=True)
    names = models.JSONField()
    typed = models.CharField(max_length=30, blank=True)
    rate = models.CharField(max_length=20, blank=True)
    amounts = models.JSONField(default=dict)
    periods = models.PositiveIntegerField(null=True)
    applies_to = models.JSONField(default=list)
    cycles = models.JSONField(default=list)
    valid_from = models.DateField(null=True)
    valid_until_on = models.DateField(null=True)
    uses = models.PositiveIntegerField(null=True)
    once_per_customer = models.BooleanField(default=False)
    given_for = models.CharField(max_length=10, default="any")


class ChangePath(CatalogRow):
    """One plan may become another. `person` is {} or {reasons: {language: sentence}, working_hours: n}; `addons` says
    what becomes of add-ons, {product: fate} (core/addons.py)."""

    from_plan = models.ForeignKey(Plan, on_delete=models.PROTECT, to_field="code", related_name="paths_out")
    to_plan = models.ForeignKey(Plan, on_delete=models.PROTECT, to_field="code", related_name="paths_in")
    policies = models.JSONField(default=dict)
    person = models.JSONField(default=dict)
    notes = models.JSONField(default=dict)
    addons = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["from_plan", "to_plan"], name="catalog_changepath_once")
        ]
