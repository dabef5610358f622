"""The shape of a catalogue file (docs/reference/catalogue describes every field). What holds between fields that
stand far apart is in checks.py."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import (
    BeforeValidator,
    Field,
    PrivateAttr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from palier.catalog.file.addresses import Address, Certificate, Credentials, Options
from palier.catalog.file.discount_entry import DiscountEntry
from palier.catalog.file.entry import Entry
from palier.catalog.file.fields import (
    Code,
    Count,
    Day,
    Driver,
    Email,
    Grants,
    Jurisdiction,
    Language,
    Limits,
    Margins,
    NewTaxCode,
    Percent,
    ProductCode,
    ProductOrPlan,
    Registration,
    ServerCode,
    TaxClass,
    TaxCode,
    TimeOfDay,
    TimeZone,
    Unit,
    Website,
    Weekday,
    Whole,
    WholeOrNever,
    short,
)
from palier.catalog.file.known import STANDARD, known_to, one_of
from palier.catalog.file.law_entries import LawProfileEntry
from palier.catalog.file.prices import Currency, PriceByCurrency, Prices
from palier.catalog.file.texts import Counted, Texts
from palier.core.addons import FATES
from palier.core.policies import CHOICES
from palier.core.renewal import MOST_DAYS_AHEAD
from palier.drivers.registry import lacking

#: Acts on one server at the same time; each is a thread of a worker.
MOST_AT_ONCE = 1000


class WorkingHoursEntry(Entry):
    days: list[Weekday] = Field(min_length=1, description="the days of the week that are worked")
    opens: TimeOfDay = Field(description="the time work begins")
    closes: TimeOfDay = Field(description="the time work ends")

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.closes != "00:00" and self.closes <= self.opens:
            raise ValueError(f"closes at {self.closes}, which is not after it opens at {self.opens}")
        return self


class DunningEntry(Entry):
    reminder_days: list[Whole] = Field(
        default=[], description="the days after the due day on which the customer is reminded"
    )
    retry_days: list[Whole] = Field(
        default=[], description="the days after the due day on which a saved card is tried again"
    )
    suspend_after_days: WholeOrNever = Field(
        default=None, description="the day after the due day on which the service is suspended"
    )
    terminate_after_days: WholeOrNever = Field(
        default=None, description="the day after the due day on which the subscription ends"
    )

    @property
    def written(self) -> dict[str, Any]:
        """Those that the file sets, by name; the others are the defaults of core/dunning.py."""
        return self.model_dump(exclude_unset=True)


class ProviderEntry(Entry):
    name: Annotated[str, short(120)] = Field(description="the name clients know")
    legal_name: Annotated[str, short(200)] = Field(description="the name printed on invoices")
    address: Annotated[str, short(1000)] = Field(
        description="the postal address, on as many lines as it needs"
    )
    country: Jurisdiction = Field(default="", description="where it is established: FR, CA-QC")
    email: Email = Field(description="where clients write to")
    phone: Annotated[str, short(40)] = Field(default="", description="where clients call")
    website: Website = Field(default="", description="the provider's own site")
    language: Language = Field(description="the language of whoever has not chosen one")
    languages: list[Language] = Field(
        default=[], description="the languages every text of this file is written in"
    )
    currency: Currency = Field(description="the currency of new customers")
    time_zone: TimeZone = Field(description="the zone in which an instant becomes a billing date")
    working_hours: WorkingHoursEntry = Field(
        description="when people work: promises are counted in these hours"
    )
    holidays: list[Day] = Field(default=[], description="days that are not worked")
    payment_terms: Texts = Field(
        description="the sentence about payment on invoices that are due at once; the others say their day"
    )
    invoice_days_ahead: Whole = Field(
        default=7, description="how many days before its period begins a renewal is invoiced"
    )
    dunning: DunningEntry = Field(
        default=DunningEntry(), description="what follows an invoice that stays unpaid"
    )

    @field_validator("invoice_days_ahead")
    @classmethod
    def _is_within_the_period_before(cls, days: int) -> int:
        if days > MOST_DAYS_AHEAD:
            raise ValueError(f"{days} days is more than the shortest month: write {MOST_DAYS_AHEAD} or less")
        return days

    @model_validator(mode="after")
    def _speaks_its_language(self) -> Self:
        if self.languages and self.language not in self.languages:
            raise ValueError(
                f"language {self.language} is not one of languages ({', '.join(self.languages)})"
            )
        return self


def _measured(written: Any) -> str:
    """In YAML, yes and no are truths."""
    said = {True: "yes", False: "no"}[written] if isinstance(written, bool) else written
    return one_of(said, ("yes", "no", "granted"), "a way to be measured")


Measured = Annotated[str, BeforeValidator(_measured)]


class ResourceEntry(Entry):
    unit: Unit = Field(description="storage, or count")
    name: Texts = Field(description="what clients call it")
    counted: Counted = Field(default={}, description="the words after a number of it")
    measured: Measured = Field(
        default="yes",
        description="no when panels neither set nor measure it; granted when they set it, and nothing has to fit",
    )


class RegistrationEntry(Entry):
    """Written as its number alone when it has no dates."""

    number: Annotated[str, short(40)] = Field(description="the number to print on documents")
    valid_from: Day | None = Field(default=None, description="the first day taxes are charged by it")
    valid_until: Day | None = Field(default=None, description="the first day they are no longer")

    @model_validator(mode="before")
    @classmethod
    def _may_be_its_number_alone(cls, written: Any) -> Any:
        return {"number": written} if isinstance(written, str) else written

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.valid_from and self.valid_until and self.valid_until <= self.valid_from:
            raise ValueError(f"valid_until {self.valid_until} is not after valid_from {self.valid_from}")
        return self


class RateEntry(Entry):
    jurisdiction: Jurisdiction = Field(description="where it is due: a country, or a part of one")
    rate: Percent = Field(description="percent of the price")
    valid_from: Day = Field(description="the first day it is due")
    valid_until: Day | None = Field(default=None, description="the first day it is no longer due")
    number: Annotated[str, short(40)] = Field(
        default="", description="the registration to print, if not the tax's own"
    )
    tax_class: Code = Field(default=STANDARD, description="the class of products it is for")

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.valid_until and self.valid_until <= self.valid_from:
            raise ValueError(f"valid_until {self.valid_until} is not after valid_from {self.valid_from}")
        return self


class TaxEntry(Entry):
    name: Texts = Field(description="what documents call it")
    number: Annotated[str, short(40)] = Field(
        default="", description="the provider's registration, printed on documents"
    )
    replaces: list[TaxCode] = Field(default=[], description="wider taxes that are not due where this one is")
    rates: list[RateEntry] = Field(min_length=1, description="its rates, by place and first day")


class ServerEntry(Entry):
    name: Texts = Field(description="what staff call it")
    driver: Driver = Field(description="how we talk to it")
    url: Address = Field(default="", description="where its panel answers")
    certificate: Certificate = Field(
        default="", description="the one certificate it must show, in PEM, if no authority vouches for it"
    )
    credentials: Credentials = Field(default={}, description="how we sign in, by the names the driver wants")
    options: Options = Field(default={}, description="what else the driver may be told, none of it secret")
    margin: Margins = Field(default={}, description="what must stay free above what is used, by resource")
    sampled_every_hours: Count = Field(default=6, description="how often what is used is measured")
    at_once: Count = Field(default=4, description="how many acts may run on it at the same time")

    @field_validator("at_once")
    @classmethod
    def _is_bearable(cls, count: int) -> int:
        if count > MOST_AT_ONCE:
            raise ValueError(f"{count} is more than any server bears: write {MOST_AT_ONCE} or less")
        return count

    @model_validator(mode="after")
    def _tells_the_driver_what_it_needs(self) -> Self:
        if missing := lacking(self.driver, self.url, {**self.options, **self.credentials}):
            raise ValueError(f"the {self.driver} driver needs {', '.join(missing)}")
        return self


class PoliciesEntry(Entry):
    downgrade_when: str | None = Field(default=None, description="when a lower plan begins")
    refund: str | None = Field(default=None, description="what a lower plan gives back")
    cycle_change: str | None = Field(default=None, description="when a longer cycle begins")
    leftover: str | None = Field(default=None, description="what becomes of what is left above the new price")
    setup_fee: str | None = Field(default=None, description="whether a higher level charges its set-up fee")
    discount: str | None = Field(default=None, description="what becomes of the discounts one has")
    unknown_usage: str | None = Field(default=None, description="what a usage that is not known means")
    approval: str | None = Field(default=None, description="whether our team looks at a change first")
    approval_hours: Whole | None = Field(default=None, description="in how many working hours it answers")
    approval_reason: Texts | None = Field(
        default=None, description="why it looks at it, as the client reads it"
    )
    unpaid_expires_days: Whole | None = Field(
        default=None, description="days after which an unpaid change expires"
    )
    transfer_expires_days: Whole | None = Field(
        default=None, description="the same when the client pays it by a transfer"
    )

    @field_validator(*CHOICES, mode="before")
    @classmethod
    def _is_a_choice(cls, written: Any, info: ValidationInfo) -> str:
        return one_of(written, CHOICES[str(info.field_name)], f"a policy of {info.field_name}")

    @property
    def written(self) -> dict[str, Any]:
        """Those that the file sets, by name."""
        return self.model_dump(exclude_unset=True)


def _fate(written: Any) -> str:
    return one_of(written, FATES, "what becomes of an add-on")


class PersonEntry(Entry):
    reason: Texts = Field(description="why our team is needed, as the client reads it before paying")
    working_hours: Whole = Field(description="in how many working hours it is promised")


def _or_nobody(written: Any) -> Any:
    """`no` on a path: nobody is needed there, whatever its product says."""
    return None if written in ("no", "false") else written


class PlanEntry(Entry):
    rank: Whole = Field(description="its place on the ladder, the lowest first")
    name: Texts = Field(description="what clients call it")
    summary: Texts = Field(default={}, description="one sentence about it")
    limits: Limits = Field(default={}, description="what it grants, by resource")
    package: Annotated[str, short(80)] = Field(default="", description="the panel's own name for it")
    privileges: Annotated[str, short(80)] = Field(
        default="", description="the panel's own name of what a reseller on it may do"
    )
    prices: Prices = Field(description="its price by cycle and currency")
    setup_fee: PriceByCurrency = Field(default={}, description="what setting it up costs, by currency")


class OptionEntry(Entry):
    name: Texts = Field(description="what clients call one of it")
    grants: Grants = Field(default={}, description="what each adds to the limits, by resource")
    least: Whole = Field(default=0, description="the smallest quantity")
    most: Whole | None = Field(default=None, description="the largest quantity")
    needs_person: PersonEntry | None = Field(
        default=None, description="who must step in when its quantity changes"
    )
    prices: Prices = Field(description="the price of one by cycle and currency")
    setup_fee: PriceByCurrency = Field(default={}, description="what setting one up costs, by currency")

    @model_validator(mode="after")
    def _least_is_not_above_most(self) -> Self:
        if self.most is not None and self.most < max(self.least, 1):
            raise ValueError(f"most is {self.most}, and least {self.least}: nothing could be bought")
        return self


class ProductEntry(Entry):
    name: Texts = Field(description="what clients call it")
    icon: Annotated[str, short(20)] = Field(default="server", description="its drawing")
    server: ServerCode = Field(description="where its services live")
    tax_class: TaxClass = Field(default=STANDARD, description="which taxes are due on it")
    prices_include_tax: bool = Field(
        default=False, description="yes when its prices already contain the taxes"
    )
    addon_to: list[ProductCode] = Field(
        default=[], description="the products whose services it is added to, if it is an add-on"
    )
    policies: PoliciesEntry = Field(default=PoliciesEntry(), description="its rules for changes")
    dunning: DunningEntry = Field(
        default=DunningEntry(),
        description="what follows its unpaid invoices, where it differs from the provider",
    )
    needs_person: PersonEntry | None = Field(
        default=None, description="who must step in for a move to one of its levels"
    )
    plans: dict[Code, PlanEntry] = Field(min_length=1, description="its levels, by code")
    options: dict[Code, OptionEntry] = Field(default={}, description="its extras, by code")

    @model_validator(mode="after")
    def _ranks_its_plans(self) -> Self:
        by_rank: dict[int, str] = {}
        for code, plan in self.plans.items():
            if plan.rank in by_rank:
                raise ValueError(
                    f"{by_rank[plan.rank]} and {code} both have rank {plan.rank}: a ladder has one order"
                )
            by_rank[plan.rank] = code
        return self


class PathEntry(Entry):
    between: list[ProductOrPlan] = Field(default=[], description="levels that may all become each other")
    origins: list[ProductOrPlan] = Field(default=[], alias="from", description="the levels one may leave")
    targets: list[ProductOrPlan] = Field(
        default=[], alias="to", description="the levels one may reach from them"
    )
    policies: PoliciesEntry = Field(
        default=PoliciesEntry(), description="rules that differ from those of the product"
    )
    needs_person: Annotated[PersonEntry | None, BeforeValidator(_or_nobody)] = Field(
        default=None, description="who must step in, where it differs from the product"
    )
    addons: dict[ProductCode, Annotated[str, BeforeValidator(_fate)]] = Field(
        default={}, description="what becomes of add-ons, by their product"
    )
    note: Texts = Field(
        default={}, description="what the client should know, such as what may be interrupted"
    )

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        if bool(self.between) == bool(self.origins or self.targets) or bool(self.origins) != bool(
            self.targets
        ):
            raise ValueError("write either between, or both from and to")
        return self


class CatalogueEntry(Entry):
    provider: ProviderEntry = Field(description="who sells")
    resources: dict[Code, ResourceEntry] = Field(default={}, description="what plans grant, by code")
    registrations: dict[Registration, RegistrationEntry] = Field(
        default={}, description="where the provider is registered for taxes, by place"
    )
    taxes: dict[NewTaxCode, TaxEntry] = Field(default={}, description="the provider's own taxes, by code")
    servers: dict[Code, ServerEntry] = Field(
        default={}, description="where services live, by code, besides those that were added by hand"
    )
    products: dict[Code, ProductEntry] = Field(min_length=1, description="what is for sale, by code")
    discounts: dict[Code, DiscountEntry] = Field(default={}, description="discounts, by code")
    change_paths: list[PathEntry] = Field(default=[], description="which level may become which")
    law_profiles: dict[Code, LawProfileEntry] = Field(
        default={}, description="what the law of a customer asks for, by code"
    )
    _elsewhere: Mapping[str, str] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _knows_other_servers(self, info: ValidationInfo) -> Self:
        self._elsewhere = known_to(info).elsewhere
        return self

    def driver_of(self, server: str) -> str:
        """Of a server of the file, or of one that was added by hand."""
        return self.servers[server].driver if server in self.servers else self._elsewhere[server]
