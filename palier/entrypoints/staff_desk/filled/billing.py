"""The billing details of a customer and their exemptions, as they are or as they were just written."""

from django.urls import reverse
from django.utils.translation import gettext as _

from palier.entrypoints.design.billing_details import BillingDetailsForm, details_form
from palier.entrypoints.design.parts import Crumb
from palier.entrypoints.design.taxes_said import TaxesToCome, taxes_said
from palier.entrypoints.staff_desk.access import Desk
from palier.entrypoints.staff_desk.forms import ExemptionForm
from palier.entrypoints.staff_desk.pages.billing import BillingPage, ExemptionRow
from palier.people.billing_details import BillingDetails
from palier.people.buyer import buyer_of
from palier.people.models import Customer, TaxExemption
from palier.people.queries import exemptions_of


def billing_page(
    desk: Desk,
    customer: Customer,
    form: BillingDetailsForm | None = None,
    exempt_form: ExemptionForm | None = None,
    to_come: TaxesToCome | None = None,
) -> BillingPage:
    home = reverse("staff_desk:customer", args=[customer.id])
    return BillingPage(
        customer_name=customer.name,
        url=reverse("staff_desk:billing", args=[customer.id]),
        back_url=home,
        exempt_url=reverse("staff_desk:exempt", args=[customer.id]),
        form=form or details_form(BillingDetails.of(customer)),
        exempt_form=exempt_form or ExemptionForm(initial={"from_on": desk.on}, taxes=tax_choices(desk)),
        today=desk.on,
        taxes=taxes_said(desk.house, buyer_of(customer), desk.on),
        to_come=to_come,
        vat_checked_on=customer.vat_checked_on if customer.vat_number else None,
        exemptions=tuple(_row(desk, found) for found in exemptions_of(customer.id)),
        crumbs=(
            Crumb(_("Customers"), reverse("staff_desk:customers")),
            Crumb(customer.name, home),
            Crumb(_("Billing details")),
        ),
    )


def tax_choices(desk: Desk) -> list[tuple[str, str]]:
    """Each tax we charge, by name; where several bear one name, its code tells them apart."""
    names = {code: desk.names.of(texts) for code, texts in desk.house.catalog.tax_names.items()}
    said = list(names.values())
    return [(code, name if said.count(name) == 1 else f"{name} ({code})") for code, name in names.items()]


def _row(desk: Desk, found: TaxExemption) -> ExemptionRow:
    is_over = found.until_on is not None and found.until_on <= desk.on
    return ExemptionRow(
        id=str(found.id),
        tax=dict(tax_choices(desk)).get(found.code, found.code) or _("All taxes"),
        certificate=found.certificate,
        reason=found.reason,
        from_on=found.from_on,
        until_on=found.until_on,
        end_url="" if is_over else reverse("staff_desk:end_exemption", args=[found.customer_id, found.id]),
    )
