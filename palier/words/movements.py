"""What moved a credit balance: one line of its history."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: By the kind of journal entry, and of what moved it where that matters. `number` is that of the document.
MOVEMENT: dict[tuple[str, str], str | Promise] = {
    ("kept_for_customer", "credit_note"): _("Credit note %(number)s"),
    ("kept_for_customer", "payment"): _("Paid beyond what was owed on invoice %(number)s"),
    ("kept_for_customer", "dispute"): _("A disputed payment of invoice %(number)s came back"),
    ("deposited", "statement_line"): _("Received by bank transfer"),
    ("credit_balance_used", "invoice"): _("Used on invoice %(number)s"),
    ("credit_balance_used", "credit_use"): _("Used on invoice %(number)s"),
    ("goodwill", "goodwill"): _("Given by our team"),
    ("refund_sent", "refund"): _("Sent back to what paid invoice %(number)s"),
    ("refund_returned", "refund"): _(
        "The refund of invoice %(number)s could not be sent: the money is back here"
    ),
}


def movement(entry_kind: str, source_kind: str, number: str) -> str:
    """In the active language; a movement that has no sentence is shown by its kind, never hidden."""
    sentence = MOVEMENT.get((entry_kind, source_kind))
    return entry_kind if sentence is None else str(sentence) % {"number": number}
