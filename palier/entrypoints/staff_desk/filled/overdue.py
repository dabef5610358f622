"""Overdue invoices, of all customers or of one, each with what comes next and what can be done."""

from datetime import timedelta

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import gettext as _

from palier.billing.collect_due import default_method
from palier.dunning.grant_delay import MOST_DAYS
from palier.dunning.queries import Case, across_customers_overdue_invoices, cases_of
from palier.entrypoints.staff_desk.access import Desk
from palier.entrypoints.staff_desk.filled.paging import paging_of
from palier.entrypoints.staff_desk.pages.overdue import OverduePage, OverdueRow
from palier.words.dunning import coming_step, hold_sentence

MANY = 50


def overdue_page(desk: Desk, number: str) -> OverduePage:
    found = across_customers_overdue_invoices(desk.on, house=desk.house)
    shown = Paginator(found, MANY).get_page(number)
    cases = cases_of(list(shown), desk.on, house=desk.house)
    return OverduePage(
        rows=tuple(overdue_row(desk, case) for case in cases),
        paging=paging_of(shown, reverse("staff_desk:overdue"), {}),
    )


def overdue_row(desk: Desk, case: Case) -> OverdueRow:
    invoice, customer = case.invoice, case.customer
    keys = [invoice.customer_id, invoice.id]
    can_retry = not case.in_flight and default_method(invoice.customer_id) is not None
    return OverdueRow(
        id=str(invoice.id),
        customer_name=customer.name,
        customer_url=reverse("staff_desk:customer", args=[customer.id]),
        number=str(invoice.number),
        label=case.subscription.label if case.subscription else "",
        owed=case.owed,
        since_on=case.since_on,
        days=(desk.on - case.since_on).days,
        coming=_coming(case, desk.language),
        held=hold_sentence(case.hold, case.promised_on, desk.language),
        service=case.subscription.state if case.subscription else "",
        delay_url=reverse("staff_desk:grant_delay", args=keys),
        retry_url=reverse("staff_desk:try_card", args=keys) if can_retry else "",
        today=desk.on,
        can_wait_until_on=desk.on + timedelta(MOST_DAYS),
    )


def _coming(case: Case, language: str) -> str:
    coming = case.next
    if coming is None:
        return _("Nothing more comes by itself.")
    return coming_step(coming.step.kind, coming.step.number, coming.on, language)
