"""What is overdue of a service, as its page says it: why it is suspended, what failed, and what comes next."""

from palier.billing.models import Payment
from palier.dunning.queries import Case, cases_about, unpaid_suspension_of
from palier.entrypoints.client_area.access import Client
from palier.entrypoints.client_area.pages.product import Overdue
from palier.subscriptions.models import Subscription
from palier.words.reasons import payment_failure


def overdue(client: Client, subscription: Subscription) -> Overdue | None:
    """None while nothing is overdue. Asked only where something is owed, or the service is suspended."""
    suspension = unpaid_suspension_of(client.customer_id, subscription.id)
    cases = cases_about(client.customer_id, subscription.id, client.on, house=client.house)
    if not cases:
        return None
    first = cases[0]
    return Overdue(
        suspended_on=suspension.suspended_at.astimezone(client.zone).date() if suspension else None,
        suspends_on=None if suspension else first.day_of("suspension"),
        ends_on=first.day_of("end"),
        promised_on=first.promised_on if first.is_promised else None,
        declined=_declined(first),
    )


def _declined(case: Case) -> str:
    """Why the last try brought nothing; empty where it was not refused, or there was none."""
    payments = Payment.objects.filter(customer_id=case.invoice.customer_id, invoice=case.invoice)
    last = payments.order_by("-started_at", "-id").first()
    return payment_failure(last.failure) if last is not None and last.state == "failed" else ""
