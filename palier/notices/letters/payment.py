"""Messages about money that came in, or did not."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from palier.billing.models import InvoiceLine, Payment
from palier.core.money import Money
from palier.core.periods import billing_date
from palier.documents.paper import Key
from palier.events.models import Event
from palier.ledger.queries import owed_on
from palier.notices.letter import Block, Draft, Letter, blocks
from palier.notices.letters.asked import actor_ids, customer_of
from palier.plan_changes.models import PlanChange
from palier.subscriptions.bill_period import House
from palier.words.amounts import amount
from palier.words.dates import long_day
from palier.words.document_lines import line_text
from palier.words.reasons import payment_failure


def failed(event: Event, house: House) -> Draft | None:
    """Nothing is said once nothing is owed: the change has ended meanwhile, or another attempt paid it."""
    payment = _payment(event)
    if owed_on(payment.customer_id, payment.invoice_id) <= 0:
        return None
    last_day = _last_day(payment, house)

    def say(language: str) -> Letter:
        said = {
            "money": amount(payment.money, language),
            "number": payment.invoice.number,
            "why": payment_failure(event.facts["failure"]),
            "due_on": long_day(payment.invoice.due_on, language),
        }
        if last_day is not None:
            then = _(
                "Your change waits for it until the end of %(day)s; after that it is cancelled and costs nothing."
            )
            then %= {"day": long_day(last_day, language)}
        else:
            then = _("It is due on %(due_on)s.") % said
        return Letter(
            _("Your payment of %(money)s did not go through") % said,
            blocks(_("Invoice %(number)s is still to be paid: nothing was charged. %(why)s") % said, then),
            _("Pay the invoice"),
        )

    return Draft(("invoice", payment.invoice_id), say, actor_ids(event))


def received(event: Event, house: House) -> Draft:
    payment = _payment(event)
    total = Money(event.facts["amount"], event.facts["currency"])
    kept = Money(event.facts["kept"], event.facts["currency"])
    left = Money(owed_on(payment.customer_id, payment.invoice_id), payment.currency)
    lines = list(payment.invoice.lines.order_by("id"))

    def say(language: str) -> Letter:
        said = {
            "money": amount(total, language),
            "kept": amount(kept, language),
            "left": amount(left, language),
            "number": payment.invoice.number,
            "method": payment.method.label if payment.method else "",
        }
        if payment.method:
            first = _("We received %(money)s for invoice %(number)s, paid with %(method)s. Thank you.")
        else:
            first = _("We received %(money)s for invoice %(number)s. Thank you.")
        if kept == total:
            then = _(
                "Nothing was owed on it any more: the whole amount is in your credit balance, "
                "which will pay your next invoices."
            )
        elif kept.minor:
            then = _(
                "%(kept)s of it were more than was owed: they are in your credit balance, "
                "which will pay your next invoices."
            )
        elif left.minor > 0:
            then = _("%(left)s of it are still to be paid.")
        else:
            then = ""
        return Letter(
            _("Payment received: %(money)s") % said,
            blocks(first % said, Block(points=_what_for(lines, language)), then % said),
            _("See the invoice"),
        )

    invoice: Key = ("invoice", payment.invoice_id)
    return Draft(invoice, say, actor_ids(event), documents=(invoice, ("payment", payment.id)))


def _what_for(lines: list[InvoiceLine], language: str) -> tuple[str, ...]:
    """The lines of the invoice, said in the reader's language and not the document's."""
    return tuple(line_text(line.code, line.facts, language) for line in lines)


def _payment(event: Event) -> Payment:
    payments = Payment.objects.select_related("invoice", "method")
    return payments.get(customer_id=customer_of(event), id=event.subject_id)


def _last_day(payment: Payment, house: House) -> date | None:
    """The last day on which the change that waits for this payment can be paid: it expires at midnight."""
    waiting = PlanChange.objects.filter(
        customer_id=payment.customer_id, invoice_id=payment.invoice_id, state="awaiting_payment"
    )
    expires_at = waiting.values_list("expires_at", flat=True).first()
    return billing_date(expires_at - timedelta(seconds=1), house.provider.zone) if expires_at else None
