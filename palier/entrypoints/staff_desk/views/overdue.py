"""Who owes, and what staff can do about it: grant a delay, try the card again."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from palier.billing.collect_due import charge_saved_method
from palier.billing.models import Invoice
from palier.dunning.grant_delay import NotGranted, grant_delay
from palier.entrypoints.staff_desk.access import Desk, for_staff
from palier.entrypoints.staff_desk.filled.overdue import overdue_page
from palier.entrypoints.staff_desk.forms import DelayForm
from palier.words.dates import long_day
from palier.words.reasons import payment_failure

REFUSED = {
    "nothing_owed": gettext_lazy("Nothing is owed on this invoice any more."),
    "in_the_past": gettext_lazy("That day is over: choose today or a later day."),
    "too_far": gettext_lazy("That day is too far away: choose one within 90 days."),
}


@require_safe
@for_staff
def overdue(request: HttpRequest, desk: Desk) -> HttpResponse:
    page = overdue_page(desk, request.GET.get("page", "1"))
    return render(request, "staff_desk/overdue.html", {"page": page})


@require_POST
@for_staff
def grant(request: HttpRequest, desk: Desk, customer_id: UUID, invoice_id: UUID) -> HttpResponse:
    """A promise to pay: the day, and why."""
    invoice = Invoice.objects.get(customer_id=customer_id, id=invoice_id)
    form = DelayForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write the day they promised to pay by, and why."))
        return _back(customer_id)
    promised_on, note = form.cleaned_data["promised_on"], form.cleaned_data["note"]
    try:
        grant_delay(
            customer_id, invoice_id, promised_on=promised_on, note=note, by=desk.user, on=desk.on, at=desk.at
        )
    except NotGranted as refused:
        messages.error(request, str(REFUSED[refused.code]))
    else:
        said = {"number": invoice.number, "day": long_day(promised_on, desk.language)}
        messages.success(
            request, _("Invoice %(number)s waits until the end of %(day)s; the customer is told.") % said
        )
    return _back(customer_id)


@require_POST
@for_staff
def try_card(request: HttpRequest, desk: Desk, customer_id: UUID, invoice_id: UUID) -> HttpResponse:
    """The customer says that their card is good now."""
    Invoice.objects.get(customer_id=customer_id, id=invoice_id)
    payment = charge_saved_method(customer_id, invoice_id, at=desk.at)
    if payment is None:
        messages.warning(request, _("There is nothing to charge: no saved card, or nothing owed."))
    elif payment.state == "succeeded":
        messages.success(request, _("The card was charged: the invoice is paid."))
    elif payment.state == "failed":
        failure = payment_failure(payment.failure)
        messages.error(request, _("Nothing was charged. %(failure)s") % {"failure": failure})
    else:
        messages.success(request, _("The bank is asked: its answer shows here in a minute."))
    return _back(customer_id)


def _back(customer_id: UUID) -> HttpResponse:
    return redirect("staff_desk:customer", customer_id)
