"""The invoice of a renewal."""

from uuid import UUID

from django.utils.translation import gettext as _

from palier.billing.models import Invoice
from palier.billing.queries import payment_methods
from palier.core.money import Money
from palier.core.pricing import Configuration
from palier.documents.paper import Key
from palier.events.models import Event
from palier.ledger.queries import credit_balance, owed_on
from palier.notices.letter import Block, Draft, Letter, Row, blocks, plan_name
from palier.notices.letters.asked import customer_of
from palier.subscriptions.bill_period import House
from palier.subscriptions.models import Period
from palier.words.amounts import amount
from palier.words.dates import long_day


def billed(event: Event, house: House) -> Draft | None:
    """Nothing is said of the first period (who orders reads and pays it on the page), of one that costs nothing,
    and of one whose invoice was replaced before this message could be written."""
    periods = Period.objects.select_related("subscription", "invoice")
    period = periods.get(customer_id=customer_of(event), id=UUID(event.facts["period"]))
    invoice, subscription = period.invoice, period.subscription
    if invoice is None or period.until_on <= period.start_on or period.start_on == subscription.started_on:
        return None
    replaced = _replaced(period)
    plan = Configuration.from_json(period.configuration).plan
    methods = payment_methods(period.customer_id)
    method = methods[0].label if methods else ""
    owed = Money(owed_on(period.customer_id, invoice.id), invoice.currency)
    balance = Money(credit_balance(period.customer_id, invoice.currency), invoice.currency)

    def say(language: str) -> Letter:
        said = {
            "plan": plan_name(house, plan, language),
            "label": subscription.label,
            "number": invoice.number,
            "money": amount(invoice.amount, language),
            "renews_on": long_day(period.start_on, language),
            "due_on": long_day(invoice.due_on, language),
            "start_on": long_day(period.start_on, language),
            "until_on": long_day(period.until_on, language),
        }
        rows = (
            Row(_("Invoice"), str(invoice.number)),
            Row(_("Period"), _("%(start_on)s to %(until_on)s") % said),
            Row(_("Total, taxes included") if invoice.taxes else _("Total"), said["money"]),
            Row(_("Due on"), said["due_on"]),
        )
        return Letter(
            _("Invoice %(number)s: %(money)s") % said,
            blocks(
                _("%(plan)s, %(label)s, renews on %(renews_on)s.") % said,
                _("It replaces invoice %(number)s, which is cancelled.") % {"number": replaced}
                if replaced
                else "",
                Block(rows=rows),
                _how_it_is_paid(invoice, owed, method, balance, language),
            ),
            _("See the invoice") if method or balance >= owed else _("Pay the invoice"),
        )

    key: Key = ("invoice", invoice.id)
    return Draft(key, say, documents=(key,))


def _how_it_is_paid(invoice: Invoice, owed: Money, method: str, balance: Money, language: str) -> str:
    """As `billing.collect_due` does it: the credit balance first, then the saved method.

    What had been paid for an invoice that this one replaces has paid it already.
    """
    if owed.minor <= 0:
        return _("It is paid already: you have nothing to do.")
    said = {
        "due_on": long_day(invoice.due_on, language),
        "method": method,
        "balance": amount(balance, language),
    }
    if balance >= owed:
        return _("Your credit balance will pay it on %(due_on)s: you have nothing to do.") % said
    if method and balance.minor:
        return (
            _("On %(due_on)s your credit balance of %(balance)s and %(method)s will pay it: nothing to do.")
            % said
        )
    if method:
        return _("It will be paid on %(due_on)s with %(method)s: you have nothing to do.") % said
    if balance.minor:
        return (
            _("Please pay it by %(due_on)s, less your credit balance of %(balance)s, which is used that day.")
            % said
        )
    return _("Please pay it by %(due_on)s.") % said


def _replaced(period: Period) -> str:
    """The number of the invoice that billed this period before a change made it different."""
    emptied = Period.objects.filter(
        customer_id=period.customer_id,
        subscription_id=period.subscription_id,
        start_on=period.start_on,
        until_on=period.start_on,
        invoice__isnull=False,
    ).exclude(id=period.id)
    return emptied.order_by("-id").values_list("invoice__number", flat=True).first() or ""
