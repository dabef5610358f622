"""Customers: the list, searched or not, and one of them."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from palier.entrypoints.staff_desk.access import Desk, for_staff
from palier.entrypoints.staff_desk.filled.customer import customer_page
from palier.entrypoints.staff_desk.filled.customers import customers_page
from palier.people.queries import across_customers_one


@require_safe
@for_staff
def customers(request: HttpRequest, desk: Desk) -> HttpResponse:
    page = customers_page(request.GET.get("q", "").strip()[:100], request.GET.get("page", "1"))
    return render(request, "staff_desk/customers.html", {"page": page})


@require_safe
@for_staff
def customer(request: HttpRequest, desk: Desk, customer_id: UUID) -> HttpResponse:
    page = customer_page(desk, across_customers_one(customer_id))
    return render(request, "staff_desk/customer.html", {"page": page})
