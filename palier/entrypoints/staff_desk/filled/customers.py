"""The list of customers, all or those that match."""

from django.core.paginator import Paginator
from django.urls import reverse

from palier.entrypoints.staff_desk.filled.paging import paging_of
from palier.entrypoints.staff_desk.pages.customers import CustomerRow, CustomersPage
from palier.subscriptions.queries import across_customers_matching

CUSTOMERS_PER_PAGE = 50


def customers_page(searched: str, number: str) -> CustomersPage:
    shown = Paginator(across_customers_matching(searched), CUSTOMERS_PER_PAGE).get_page(number)
    address = reverse("staff_desk:customers")
    return CustomersPage(
        url=address,
        searched=searched,
        found=shown.paginator.count,
        customers=tuple(
            CustomerRow(
                reverse("staff_desk:customer", args=[customer.id]),
                customer.name,
                ", ".join(part for part in (customer.city, customer.region or customer.country) if part),
                customer.joined_on,
            )
            for customer in shown
        ),
        paging=paging_of(shown, address, {"q": searched} if searched else {}),
    )
