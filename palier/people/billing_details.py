"""To whom invoices are made out: name, address and VAT number. Documents already issued keep what they say."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from palier.core.tax_due import Buyer
from palier.events.record import Actor, record
from palier.people.buyer import buyer_of
from palier.people.models import Customer


@dataclass(frozen=True, slots=True)
class BillingDetails:
    """`region` is a province of Canada, or empty; `vat_number` one that `core/vat_number` found right, or empty."""

    name: str
    street: str
    city: str
    region: str
    postal_code: str
    country: str
    vat_number: str = ""

    @classmethod
    def of(cls, customer: Customer) -> "BillingDetails":
        return cls(**{name: getattr(customer, name) for name in cls.__slots__})

    @property
    def jurisdiction(self) -> str:
        return f"{self.country}-{self.region}" if self.region else self.country


def buyer_with(customer: Customer, details: BillingDetails) -> Buyer:
    """The customer as taxes would see them with other details."""
    return replace(buyer_of(customer), jurisdiction=details.jurisdiction, vat_number=details.vat_number)


@transaction.atomic
def change_billing_details(
    customer_id: UUID, details: BillingDetails, *, by: Actor, at: datetime, on: date
) -> bool:
    """Write them for the next invoices; False, and nothing written, where they are so already.

    `on` is kept as the day the VAT number was checked.
    """
    # No key of the row changes: documents that point to it need not wait.
    customer = Customer.objects.select_for_update(no_key=True).get(id=customer_id)
    before = BillingDetails.of(customer)
    if before == details:
        return False
    columns = asdict(details)
    if details.vat_number != before.vat_number:
        columns["vat_checked_on"] = on if details.vat_number else None
    Customer.objects.filter(id=customer_id).update(**columns)
    record(
        "customer.billing_details_changed",
        subject=("customer", customer_id),
        customer_id=customer_id,
        at=at,
        actor=by,
        facts={"before": asdict(before), "after": asdict(details)},
    )
    return True
