"""Entries, their legs, and the running balances of a customer's accounts."""

import pgtrigger
from django.db import models

from palier.core.postings import CREDIT_BALANCE, OF_CUSTOMER
from palier.events import guards
from palier.people.owned import InsideCustomer, OwnedRow, inside_customer


class JournalEntry(OwnedRow):
    """One movement of money. `source` is what moved it, by kind and id: an entry is posted once per source."""

    kind = models.CharField(max_length=40)
    source_kind = models.CharField(max_length=40)
    source_id = models.UUIDField()
    currency = models.CharField(max_length=3)
    on = models.DateField()
    at = models.DateTimeField()

    class Meta(OwnedRow.Meta):
        constraints = [
            *OwnedRow.Meta.constraints,
            models.UniqueConstraint(fields=["customer", "kind", "source_id"], name="ledger_entry_once"),
        ]
        indexes = [models.Index(fields=["on", "id"], name="ledger_entry_journal")]
        triggers = [guards.append_only("entry")]


class Posting(OwnedRow):
    """One leg of an entry, in minor units: a debit is positive, a credit negative.

    `invoice_id` names the invoice a receivable leg is about: what is paid of an invoice is derived from these.
    """

    entry = inside_customer("ledger.JournalEntry", related_name="postings")
    account = models.CharField(max_length=60)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    invoice_id = models.UUIDField(null=True)

    class Meta(OwnedRow.Meta):
        constraints = [
            *OwnedRow.Meta.constraints,
            InsideCustomer(field="entry", name="ledger_posting_inside"),
            models.CheckConstraint(condition=~models.Q(amount=0), name="ledger_posting_not_nothing"),
            models.CheckConstraint(
                condition=~models.Q(account="receivable") | models.Q(invoice_id__isnull=False),
                name="ledger_posting_receivable_of_invoice",
            ),
        ]
        indexes = [
            models.Index(
                fields=["customer", "invoice_id"],
                include=["amount"],
                condition=models.Q(account="receivable"),
                name="ledger_posting_receivable",
            )
        ]
        triggers = [
            guards.append_only("posting"),
            pgtrigger.Trigger(
                name="entry_balances",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM ledger_posting
                        WHERE customer_id = NEW.customer_id AND entry_id = NEW.entry_id
                        GROUP BY currency HAVING sum(amount) <> 0
                    ) THEN
                        RAISE EXCEPTION 'journal entry % does not balance', NEW.entry_id
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]


class Balance(OwnedRow):
    """The running sum of one of a customer's accounts in one currency; its row is the lock for spending it.

    Signed as postings are: money we hold for the customer is a negative `credit_balance`, never above zero, so
    the database refuses to spend what is not there.
    """

    account = models.CharField(max_length=60)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField(default=0)

    class Meta(OwnedRow.Meta):
        constraints = [
            *OwnedRow.Meta.constraints,
            models.UniqueConstraint(fields=["customer", "account", "currency"], name="ledger_balance_once"),
            models.CheckConstraint(
                condition=models.Q(account__in=sorted(OF_CUSTOMER)), name="ledger_balance_account"
            ),
        ]
        # A trigger after the fact and not a check, because a check would judge the movement that an upsert proposes.
        triggers = [
            pgtrigger.Trigger(
                name="not_overspent",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__account=CREDIT_BALANCE, new__amount__gt=0),
                func="""
                    RAISE EXCEPTION 'the credit balance of customer % would be overspent', NEW.customer_id
                        USING ERRCODE = 'integrity_constraint_violation';
                """,
            )
        ]
