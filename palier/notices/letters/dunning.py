"""Messages about an invoice that stays unpaid: reminders, a delay, the suspension of its service, its return."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from palier.billing.models import Invoice, Payment
from palier.core.money import Money
from palier.events.models import Event
from palier.ledger.queries import owed_on
from palier.notices.letter import Block, Draft, Letter, Row, blocks, plan_name
from palier.notices.letters.asked import customer_of
from palier.subscriptions.bill_period import House
from palier.subscriptions.models import Subscription
from palier.words.amounts import amount
from palier.words.dates import long_day
from palier.words.document_lines import line_text
from palier.words.reasons import payment_failure


def reminded(event: Event, house: House) -> Draft | None:
    """Nothing is said once nothing is owed."""
    invoice = _invoice(event, event.subject_id)
    owed = _owed(invoice)
    if not owed.minor:
        return None
    lines = list(invoice.lines.order_by("id"))
    declined = _declined(invoice)

    def say(language: str) -> Letter:
        said = _said(invoice, owed, language)
        title = (
            _("Last reminder: %(money)s to pay on invoice %(number)s")
            if event.facts["is_last"]
            else _("Reminder: %(money)s to pay on invoice %(number)s")
        )
        return Letter(
            title % said,
            blocks(
                _("Invoice %(number)s was due on %(due_on)s, and %(money)s of it is still to be paid.")
                % said,
                Block(points=tuple(line_text(line.code, line.facts, language) for line in lines)),
                _tried(declined),
                _what_follows(event.facts, language),
                _("If you have just paid it, thank you: this message and your payment have crossed."),
            ),
            _("Pay the invoice"),
        )

    return Draft(("invoice", invoice.id), say)


def delay_granted(event: Event, house: House) -> Draft | None:
    """What our team wrote down about it stays among us."""
    invoice = _invoice(event, event.subject_id)
    owed = _owed(invoice)
    if not owed.minor:
        return None

    def say(language: str) -> Letter:
        said = _said(invoice, owed, language)
        said["day"] = long_day(date.fromisoformat(event.facts["promised_on"]), language)
        return Letter(
            _("You have until %(day)s to pay invoice %(number)s") % said,
            blocks(
                _("As agreed, we wait for your payment until the end of %(day)s: no reminder, no suspension.")
                % said,
                Block(rows=(Row(_("Invoice"), said["number"]), Row(_("Still to be paid"), said["money"]))),
            ),
            _("Pay the invoice"),
        )

    return Draft(("invoice", invoice.id), say)


def suspended(event: Event, house: House) -> Draft | None:
    """Only for an unpaid invoice: whoever suspends a service for another reason writes to the client themselves."""
    if event.facts["reason"] != "unpaid":
        return None
    subscription, invoice = _subscription(event), _invoice(event, event.facts["invoice"])
    owed = _owed(invoice)
    if not owed.minor:
        return None

    def say(language: str) -> Letter:
        said = {**_said(invoice, owed, language), **_names(subscription, house, language)}
        return Letter(
            _("Your service is suspended: %(plan)s, %(label)s") % said,
            blocks(
                _(
                    "Invoice %(number)s was due on %(due_on)s, and %(money)s of it is still to be paid: your service "
                    "is suspended."
                )
                % said,
                _("Pay it, and your service works again at once. Nothing was deleted."),
                _what_follows(event.facts, language),
            ),
            _("Pay the invoice"),
        )

    return Draft(("invoice", invoice.id), say)


def resumed(event: Event, house: House) -> Draft | None:
    if event.facts["reason"] != "unpaid":
        return None
    subscription = _subscription(event)

    def say(language: str) -> Letter:
        said = _names(subscription, house, language)
        return Letter(
            _("Your service is active again: %(plan)s, %(label)s") % said,
            blocks(
                _("What was overdue is settled: thank you. Your service works again within a few minutes."),
            ),
            _("See your service"),
        )

    return Draft(("subscription", subscription.id), say)


def _what_follows(facts: Mapping[str, Any], language: str) -> str:
    """The days to come, as they were told when the step was taken."""
    days = {
        name: long_day(date.fromisoformat(facts[name]), language)
        for name in ("suspends_on", "ends_on")
        if facts.get(name)
    }
    if "suspends_on" in days and "ends_on" in days:
        return (
            _("If it is not paid, your service is suspended on %(suspends_on)s, and ends on %(ends_on)s.")
            % days
        )
    if "suspends_on" in days:
        return _("If it is not paid, your service is suspended on %(suspends_on)s.") % days
    return _("If it is not paid, your service ends on %(ends_on)s.") % days if days else ""


def _tried(declined: Payment | None) -> str:
    if declined is None or declined.method is None:
        return ""
    said = {"method": declined.method.label, "why": payment_failure(declined.failure)}
    return _("%(method)s could not be charged. %(why)s") % said


def _declined(invoice: Invoice) -> Payment | None:
    """The latest try, where it was of a saved method and came to nothing."""
    payments = Payment.objects.filter(customer_id=invoice.customer_id, invoice=invoice)
    last = payments.select_related("method").order_by("-started_at", "-id").first()
    return last if last is not None and last.state == "failed" else None


def _said(invoice: Invoice, owed: Money, language: str) -> dict[str, str]:
    return {
        "number": str(invoice.number),
        "money": amount(owed, language),
        "due_on": long_day(invoice.due_on, language),
    }


def _names(subscription: Subscription, house: House, language: str) -> dict[str, str]:
    return {"plan": plan_name(house, subscription.plan_id, language), "label": subscription.label}


def _invoice(event: Event, invoice_id: UUID | str) -> Invoice:
    return Invoice.objects.get(customer_id=customer_of(event), id=invoice_id)


def _owed(invoice: Invoice) -> Money:
    return Money(max(0, owed_on(invoice.customer_id, invoice.id)), invoice.currency)


def _subscription(event: Event) -> Subscription:
    return Subscription.objects.get(customer_id=customer_of(event), id=event.subject_id)
