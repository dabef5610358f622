"""Back from the payment page: what came of an attempt."""

from datetime import datetime
from typing import Literal

from django.utils.translation import gettext as _

from palier.billing.gateways import NoGateway, configuration_of
from palier.billing.models import Invoice, Payment
from palier.core.states import PAYMENT_IN_FLIGHT
from palier.drivers.gateways.bank_transfer import written
from palier.entrypoints.client_area.access import Client
from palier.entrypoints.client_area.addresses import to
from palier.entrypoints.client_area.pages.parts import crumbs
from palier.entrypoints.client_area.pages.payment import PaymentPage
from palier.entrypoints.design.parts import Crumb
from palier.people.permissions import PAY
from palier.plan_changes.queries import change_of
from palier.words.reasons import payment_failure

State = Literal["waiting", "transfer", "succeeded", "declined", "abandoned"]


def payment_page(client: Client, payment: Payment) -> PaymentPage:
    """`payment` was read with its invoice."""
    invoice, state = payment.invoice, state_of(payment)
    number = invoice.number or ""
    return PaymentPage(
        state=state,
        amount=payment.money,
        subject=number,
        next_url=next_after(invoice) if state in ("waiting", "transfer", "succeeded") else "",
        retry_url=to("pay", invoice.id) if _can_try(payment, state) and client.may(PAY) else "",
        invoice_url=to("invoice", invoice.id),
        invoice_number=number,
        reason=payment_failure(payment.failure) if state == "declined" else "",
        reference=written(payment.reference or "") if state == "transfer" else "",
        account=_account(payment.gateway) if state == "transfer" else (),
        until=_until(payment) if state == "transfer" else None,
        crumbs=crumbs(Crumb(number, to("invoice", invoice.id)), Crumb(_("Payment")), section="invoices"),
    )


def _account(gateway: str) -> tuple[str, ...]:
    """Where the money goes, line by line; nothing for a gateway that is no longer configured."""
    try:
        return tuple(str(configuration_of(gateway).get("account", "")).splitlines())
    except NoGateway:
        return ()


def _until(payment: Payment) -> datetime | None:
    """When the change that it pays for stops waiting."""
    invoice = payment.invoice
    if invoice.subject_kind != "plan_change":
        return None
    change = change_of(payment.customer_id, invoice.subject_id)
    return change.expires_at if change.state == "awaiting_payment" else None


def _can_try(payment: Payment, state: State) -> bool:
    """Go back to the payment page, or begin again after a refusal."""
    return payment.state == "needs_action" or state in ("declined", "abandoned")


def state_of(payment: Payment) -> State:
    if payment.state in PAYMENT_IN_FLIGHT:
        return "waiting"
    if payment.state == "awaiting_transfer":
        return "transfer"
    if payment.state == "succeeded":
        return "succeeded"
    return "abandoned" if payment.state == "abandoned" else "declined"


def next_after(invoice: Invoice) -> str:
    """Where one goes on: to the change that the invoice is for, or to the invoice."""
    if invoice.subject_kind == "plan_change":
        return to("follow", invoice.subject_id)
    return to("invoice", invoice.id)
