"""Every invariant of the books is found broken when it is: triggers are silenced, a row is spoilt, and it is named."""

from typing import Any

import pytest
from django.db import connection, transaction

from palier.billing.models import CreditNote, Dispute, Payment, Refund, StatementLine
from palier.books import violations
from palier.books.checks import CHECKS
from palier.events.keys import new_id
from palier.ledger.models import JournalEntry
from palier.provisioning.models import ProvisioningJob
from tests.books.life import live
from tests.guards import take_guards_off
from tests.world import World

#: How each invariant is broken, by whoever goes around the triggers, and what is then named. `{entry}`, `{invoice}`...
#: are ids of the lived world.
BROKEN: dict[str, tuple[str, str]] = {
    "entries_balance": (
        "UPDATE ledger_posting SET amount = amount + 1 WHERE entry_id = '{entry}' AND account = 'revenue'",
        "entry {entry}",
    ),
    "entries_have_legs": ("DELETE FROM ledger_posting WHERE entry_id = '{entry}'", "entry {entry}"),
    "accounts_are_known": (
        "UPDATE ledger_posting SET account = 'pocket' WHERE id = '{revenue}'",
        "posting {revenue}",
    ),
    "entries_have_their_source": (
        "UPDATE ledger_journalentry SET source_id = '{nothing}' WHERE id = '{entry}'",
        "entry {entry}",
    ),
    "balances_are_sums": (
        "UPDATE ledger_balance SET amount = amount - 1 WHERE customer_id = '{customer}' AND account = 'credit_balance'",
        "credit_balance of customer {customer}",
    ),
    "credit_balances_are_not_overspent": (
        "UPDATE ledger_posting SET amount = 99999 WHERE customer_id = '{customer}' AND account = 'credit_balance'",
        "customer {customer}",
    ),
    "receivable_equals_open_invoices": (
        "UPDATE ledger_balance SET amount = amount + 1 WHERE customer_id = '{customer}' AND account = 'receivable'",
        "customer {customer}",
    ),
    "documents_are_posted": (
        "UPDATE ledger_journalentry SET \"on\" = \"on\" - 1 WHERE id = '{entry}'",
        "invoice {number}",
    ),
    "documents_add_up": (
        "UPDATE billing_invoice SET taxes = '[]' WHERE id = '{invoice}'",
        "invoice {number}",
    ),
    "lines_add_up": (
        "UPDATE billing_invoiceline SET net = net + 1 WHERE invoice_id = '{invoice}'",
        "invoice {number}",
    ),
    "revenue_equals_net_invoiced": (
        "UPDATE billing_creditnote SET net = net - 1 WHERE id = '{note}'",
        "credit note {note_number}",
    ),
    "tax_payable_equals_tax_invoiced": (
        "UPDATE ledger_posting SET account = 'tax:TVH' WHERE entry_id = '{entry}' AND account = 'tax:TPS'",
        "invoice {number}",
    ),
    "no_invoice_is_credited_beyond_its_total": (
        "UPDATE billing_creditnote SET total = 999999 WHERE id = '{note}'",
        "invoice {credited_number}",
    ),
    "nothing_is_owed_below_zero": (
        "UPDATE ledger_posting SET amount = -999999 WHERE invoice_id = '{invoice}' AND amount < 0",
        "invoice {number}",
    ),
    "numbers_have_no_gap": ("UPDATE billing_series SET next = next + 1 WHERE kind = 'invoice'", "invoice 2026"),
    "payments_are_posted": (
        "UPDATE billing_payment SET received = received - 1 WHERE id = '{payment}'",
        "payment {payment}",
    ),
    "refunds_are_posted": ("UPDATE billing_refund SET state = 'failed'", "refund {refund}"),
    "refunds_are_never_above_payments": (
        "UPDATE billing_refund SET amount = 999999",
        "payment {refunded_payment}",
    ),
    "payments_are_in_the_currency_of_their_invoice": (
        "UPDATE billing_payment SET currency = 'USD' WHERE id = '{payment}'",
        "payment {payment}",
    ),
    "disputes_are_posted": ("UPDATE billing_dispute SET state = 'lost'", "dispute {dispute}"),
    "what_is_taken_out_is_disputed": (
        "UPDATE subscriptions_takenout SET returned_at = NULL",
        "period {disputed_period}",
    ),
    "arrivals_are_posted": ("UPDATE billing_statementline SET amount = amount + 1", "arrival {arrival}"),
    "invoices_equal_their_quotes": (
        "UPDATE plan_changes_planchange SET invoice_id = NULL WHERE id = '{change}'",
        "plan change {change}",
    ),
    "nothing_is_delivered_unpaid": (
        "UPDATE ledger_posting SET invoice_id = '{nothing}' WHERE invoice_id = '{invoice}' AND amount < 0",
        "plan change {change}",
    ),
    "nothing_is_charged_and_not_delivered": (
        "UPDATE plan_changes_planchange SET state = 'reversed' WHERE id = '{change}'",
        "plan change {change}",
    ),
    "every_change_has_someone": (
        "UPDATE plan_changes_planchange SET state = 'needs_person' WHERE id = '{change}'",
        "plan change {change}",
    ),
    "approval_never_costs_more": (
        "UPDATE plan_changes_planchange SET approved_quote = jsonb_set(quote, '{{today,total}}', '999999') "
        "WHERE id = '{change}'",
        "plan change {change}",
    ),
    "every_job_given_up_has_someone": (
        "UPDATE provisioning_provisioningjob SET state = 'needs_person', subject_kind = 'subscription' "
        "WHERE id = '{job}'",
        "job {job}",
    ),
    "periods_follow_each_other": (
        "INSERT INTO subscriptions_period (id, customer_id, subscription_id, start_on, until_on, cycle_days, price, "
        "billed_price, configuration, held_price, paid_price, carried_in, agreed, billed_from_on) "
        "SELECT '{nothing}', customer_id, subscription_id, start_on + 1, until_on, cycle_days, price, "
        "billed_price, configuration, 0, 0, 0, agreed, billed_from_on FROM subscriptions_period WHERE id = '{period}'",
        "subscription {subscription}",
    ),
    "periods_leave_no_day_out": (
        "UPDATE subscriptions_period SET until_on = until_on - 1 WHERE id = '{ended_period}'",
        "subscription {restarted}",
    ),
    "renewal_dates_follow_the_anchor": (
        "UPDATE subscriptions_period SET until_on = until_on + 1 WHERE id = '{period}'",
        "subscription {subscription}",
    ),
    "carried_is_never_above_what_was_paid": (
        "UPDATE subscriptions_period SET carried_in = 2000 WHERE id = '{restarted_period}'",
        "period {restarted_period}",
    ),
    "only_paid_periods_are_held": (
        "UPDATE subscriptions_period SET paid_on = NULL WHERE id = '{period}'",
        "period {period}",
    ),
    "paid_periods_are_held": (
        "UPDATE subscriptions_period SET paid_on = NULL WHERE id = '{period}'",
        "period {period}",
    ),
    "cancellations_give_back_what_was_settled": (
        """UPDATE subscriptions_cancellationrequest SET settlement = '{{"net": 100}}' WHERE id = '{cancellation}'""",
        "cancellation {cancellation}",
    ),
    "what_is_over_has_no_days_left": (
        "UPDATE subscriptions_period SET until_on = until_on + 30 WHERE subscription_id = '{over}'",
        "subscription {over}",
    ),
    "suspended_services_have_a_reason": (
        "UPDATE subscriptions_subscription SET state = 'suspended' WHERE id = '{subscription}'",
        "subscription {subscription}",
    ),
    "nobody_is_suspended_who_owes_nothing": (
        "WITH moved AS (UPDATE subscriptions_subscription SET state = 'suspended' WHERE id = '{subscription}') "
        "INSERT INTO subscriptions_suspension (id, customer_id, subscription_id, reason, note, suspended_at) "
        "VALUES ('{nothing}', '{customer}', '{subscription}', 'unpaid', '', now())",
        "subscription {subscription}",
    ),
    "nobody_is_reminded_of_what_is_paid": (
        "INSERT INTO dunning_steptaken (id, customer_id, invoice_id, since_on, kind, number, taken_on, taken_at) "
        "VALUES ('{nothing}', '{customer}', '{invoice}', '2026-12-14', 'reminder', 1, '2030-01-01', '2030-01-01')",
        "invoice {number}",
    ),
    "steps_are_taken_in_order": (
        "INSERT INTO dunning_steptaken (id, customer_id, invoice_id, since_on, kind, number, taken_on, taken_at) "
        "SELECT gen_random_uuid(), '{customer}', '{invoice}', '2020-01-01', kind, 1, '2020-01-04', '2020-01-04' "
        "FROM (VALUES ('reminder'), ('suspension')) AS steps (kind)",
        "invoice {invoice}",
    ),
    "guards_are_on": ("ALTER TABLE ledger_posting ENABLE TRIGGER USER", "table ledger_posting"),
}  # fmt: skip


def test_every_check_has_its_sentence_and_its_way_to_be_broken() -> None:
    assert [check.__name__ for check in CHECKS if not check.__doc__] == []
    assert BROKEN.keys() == {check.__name__ for check in CHECKS}


@pytest.mark.django_db
def test_what_breaks_an_invariant_is_named(world: World) -> None:
    named = _names_of(world)
    assert violations() == []
    missed = {}
    for check, (spoilt, subject) in BROKEN.items():
        found = _found_after(spoilt.format(**named))
        if (check, subject.format(**named)) not in found:
            missed[check] = found
    assert missed == {}
    assert violations() == []


def _found_after(spoilt: str) -> list[tuple[str, str]]:
    """What the checks name once the database's guards are silenced and a row is spoilt; the world is then healed."""
    savepoint = transaction.savepoint()
    take_guards_off()
    with connection.cursor() as cursor:
        cursor.execute(spoilt)
        assert cursor.rowcount != 0, spoilt
    found = [(violation.check, violation.subject) for violation in violations()]
    transaction.savepoint_rollback(savepoint)
    return found


def _names_of(world: World) -> dict[str, Any]:
    lived = live(world)
    change = lived.changed.plan_changes.get(state="done")
    entry = JournalEntry.objects.get(source_id=change.invoice_id, kind="invoice_issued")
    note, refund = CreditNote.objects.get(), Refund.objects.get()
    ended, restarted = lived.restarted.periods.order_by("start_on")
    return {
        "nothing": new_id(),
        "customer": change.customer_id,
        "entry": entry.id,
        "revenue": entry.postings.get(account="revenue").id,
        "invoice": change.invoice_id,
        "number": change.invoice.number,
        "note": note.id,
        "note_number": note.number,
        "credited_number": note.invoice.number,
        "payment": Payment.objects.get(invoice_id=change.invoice_id).id,
        "refund": refund.id,
        "refunded_payment": refund.payment_id,
        "dispute": Dispute.objects.get().id,
        "disputed_period": lived.dinars.periods.get().id,
        "arrival": StatementLine.objects.get().id,
        "change": change.id,
        "job": ProvisioningJob.objects.get(subject_id=change.id).id,
        "period": lived.changed.periods.get().id,
        "subscription": lived.changed.id,
        "over": lived.ended.id,
        "cancellation": lived.ended.cancellation_requests.get().id,
        "restarted": lived.restarted.id,
        "ended_period": ended.id,
        "restarted_period": restarted.id,
    }
