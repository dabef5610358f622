"""The client area's first page, and the list of products and services."""

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from palier.billing.queries import open_invoices_of
from palier.core.money import Money
from palier.entrypoints.client_area.access import Client
from palier.entrypoints.client_area.addresses import to
from palier.entrypoints.client_area.filled.documents import invoice_rows
from palier.entrypoints.client_area.filled.messages import message_row
from palier.entrypoints.client_area.filled.paging import paging
from palier.entrypoints.client_area.filled.parts import service_row, under_way
from palier.entrypoints.client_area.pages.dashboard import DashboardPage
from palier.entrypoints.client_area.pages.parts import crumbs
from palier.entrypoints.client_area.pages.services import ServicesPage
from palier.entrypoints.design.parts import Crumb
from palier.ledger.queries import credit_balance
from palier.notices.queries import notices_of
from palier.plan_changes.standing import Annotated, standing, standings
from palier.provisioning.models import Service

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

FEW = 5
MANY = 25


def dashboard_page(client: Client) -> DashboardPage:
    services = [standing(found) for found in _services(client)[:FEW]]
    with_change = _services(client).filter(open_change__isnull=False)[:FEW]
    changes = [under_way(client, standing(found)) for found in with_change]
    owed = open_invoices_of(client.customer_id)
    notices = notices_of(client.customer_id, client.member.user_id)[:3]
    currency = client.customer.currency
    return DashboardPage(
        customer_name=client.customer.name,
        now=client.at,
        services=tuple(service_row(client, one) for one in services),
        changes=tuple(change for change in changes if change is not None),
        invoices=invoice_rows(client, owed, FEW),
        messages=tuple(message_row(notice) for notice in notices),
        owed=Money(owed.aggregate(sum=Sum("owed"))["sum"] or 0, currency),
        credit_balance=Money(credit_balance(client.customer_id, currency), currency),
        services_url=to("services"),
        invoices_url=to("invoices"),
        messages_url=to("messages"),
    )


def _services(client: Client) -> "QuerySet[WithAnnotations[Service, Annotated]]":
    """What is over comes last."""
    is_over = ExpressionWrapper(Q(subscription__state="cancelled"), BooleanField())
    return standings(client.customer_id).order_by(is_over, "id")


def services_page(client: Client, number: str) -> ServicesPage:
    page = Paginator(_services(client), MANY).get_page(number)
    return ServicesPage(
        services=tuple(service_row(client, standing(found)) for found in page),
        crumbs=crumbs(Crumb(_("My products & services")), section=""),
        paging=paging(page, "services"),
    )
