"""A customer as taxes see one."""

from palier.core.tax_due import Buyer, Exemption
from palier.people.models import Customer, TaxExemption


def buyer_of(customer: Customer) -> Buyer:
    """Reads nothing more for a customer who never had an exemption."""
    exemptions: tuple[Exemption, ...] = ()
    if customer.has_exemptions:
        rows = TaxExemption.objects.filter(customer_id=customer.id).order_by("from_on", "id")
        exemptions = tuple(row.exemption for row in rows)
    return Buyer(customer.jurisdiction, customer.vat_number, exemptions)
