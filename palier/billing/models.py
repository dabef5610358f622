"""Invoices and credit notes with their lines, payments, refunds, disputes, saved payment methods, what arrived at the
bank, and document series."""

from fractions import Fraction

import pgtrigger
from django.db import models

from palier.billing.statement_line import StatementLine as StatementLine
from palier.core.money import Money
from palier.core.states import DISPUTE, METHOD_SETUP, PAYMENT, REFUND
from palier.core.tax import TaxLine
from palier.events import guards
from palier.people.owned import InsideCustomer, OwnedRow, inside_customer

_DOCUMENT_COLUMNS = (
    *("number", "currency", "issued_on", "issued_at", "net", "total", "taxes", "notes"),
    *("subject_kind", "subject_id", "language", "supplier", "buyer"),
)


class Series(models.Model):
    """The next number of a kind of document. Taken as the last write of a transaction, so that none is skipped."""

    kind = models.CharField(max_length=20)
    year = models.PositiveIntegerField()
    next = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "year"], name="billing_series_once")]


class Document(OwnedRow):
    """What an invoice and a credit note share. Amounts are positive, in minor units of `currency`.

    `taxes` is a list of {code, rate, base, amount, number, name}, `notes` are sentences about them in `language` (why
    one is not charged); `supplier` and `buyer` are what is printed.
    """

    number = models.CharField(max_length=30, null=True)
    currency = models.CharField(max_length=3)
    issued_on = models.DateField()
    issued_at = models.DateTimeField()
    net = models.BigIntegerField()
    total = models.BigIntegerField()
    taxes = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    language = models.CharField(max_length=5)
    supplier = models.JSONField(default=dict)
    buyer = models.JSONField(default=dict)

    class Meta(OwnedRow.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.number or str(self.id)

    @property
    def amount(self) -> Money:
        return Money(self.total, self.currency)

    @property
    def tax_lines(self) -> tuple[TaxLine, ...]:
        return tuple(
            TaxLine(line["code"], Fraction(line["rate"]), line["base"], line["amount"]) for line in self.taxes
        )


class Invoice(Document):
    """Numbered, never edited once issued; what is paid is derived from the ledger."""

    due_on = models.DateField()

    class Meta(Document.Meta):
        constraints = [
            *Document.Meta.constraints,
            models.UniqueConstraint(fields=["customer", "number"], name="billing_invoice_number"),
        ]
        indexes = [
            models.Index(fields=["customer", "-issued_at"], name="billing_invoice_recent"),
            models.Index(fields=["customer", "subject_id"], name="billing_invoice_subject"),
            models.Index(fields=["issued_on"], name="billing_invoice_day"),
        ]
        triggers = [
            guards.frozen("invoice", [*_DOCUMENT_COLUMNS, "due_on"]),
            guards.never_deleted("invoice"),
            guards.numbered_at_commit("invoice"),
        ]


class CreditNote(Document):
    """Gives back all or part of one invoice, with its taxes. `reason` is a code of words/reasons.py."""

    invoice = inside_customer("billing.Invoice", related_name="credit_notes")
    reason = models.CharField(max_length=60)

    class Meta(Document.Meta):
        constraints = [
            *Document.Meta.constraints,
            models.UniqueConstraint(fields=["customer", "number"], name="billing_creditnote_number"),
            InsideCustomer(field="invoice", name="billing_creditnote_invoice"),
        ]
        indexes = [models.Index(fields=["issued_on"], name="billing_creditnote_day")]
        triggers = [
            guards.frozen("credit_note", [*_DOCUMENT_COLUMNS, "invoice_id", "reason"]),
            guards.never_deleted("credit_note"),
            guards.numbered_at_commit("credit_note"),
            pgtrigger.Trigger(
                name="not_beyond_its_invoice",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func="""
                    IF (SELECT coalesce(sum(total), 0) FROM billing_creditnote
                        WHERE customer_id = NEW.customer_id AND invoice_id = NEW.invoice_id)
                       > (SELECT total FROM billing_invoice
                          WHERE customer_id = NEW.customer_id AND id = NEW.invoice_id) THEN
                        RAISE EXCEPTION 'invoice % would be credited beyond its total', NEW.invoice_id
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]


class Line(OwnedRow):
    """One line of a document. `code` and `facts` say what it is for; `text` and `amount` are what was printed.

    `net` is the amount before tax: another one only where prices include their taxes. `product` and `plan` are the
    catalogue's codes of what it earns for. `subscription_id` and the period it is about let a subscription find what
    its periods were billed.
    """

    code = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    text = models.TextField()
    amount = models.BigIntegerField()
    net = models.BigIntegerField()
    product = models.CharField(max_length=40)
    plan = models.CharField(max_length=40)
    tax_class = models.CharField(max_length=40)
    subscription_id = models.UUIDField(null=True)
    start_on = models.DateField(null=True)
    until_on = models.DateField(null=True)

    class Meta(OwnedRow.Meta):
        abstract = True


class InvoiceLine(Line):
    invoice = inside_customer("billing.Invoice", related_name="lines")

    class Meta(Line.Meta):
        constraints = [
            *Line.Meta.constraints,
            InsideCustomer(field="invoice", name="billing_invoiceline_invoice", deferred=True),
        ]
        indexes = [models.Index(fields=["customer", "subscription_id"], name="billing_invoiceline_sub")]
        triggers = [guards.append_only("invoice_line")]


class CreditNoteLine(Line):
    credit_note = inside_customer("billing.CreditNote", related_name="lines")

    class Meta(Line.Meta):
        constraints = [
            *Line.Meta.constraints,
            InsideCustomer(field="credit_note", name="billing_creditnoteline_note"),
        ]
        indexes = [models.Index(fields=["customer", "subscription_id"], name="billing_creditnoteline_sub")]
        triggers = [guards.append_only("credit_note_line")]


class PaymentMethod(OwnedRow):
    """A card or account that a gateway keeps for the customer. `token` is sealed (people/seal.py)."""

    sealed_columns = ("token",)

    gateway = models.CharField(max_length=30)
    label = models.CharField(max_length=60)
    expires_on = models.DateField(null=True)
    token = models.TextField()
    is_default = models.BooleanField(default=False)
    removed_at = models.DateTimeField(null=True)

    class Meta(OwnedRow.Meta):
        constraints = [
            *OwnedRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["customer"],
                condition=models.Q(is_default=True, removed_at__isnull=True),
                name="billing_paymentmethod_one_default",
            ),
        ]


class GatewayAccount(OwnedRow):
    """What a gateway calls the customer."""

    gateway = models.CharField(max_length=30)
    reference = models.CharField(max_length=120)

    class Meta(OwnedRow.Meta):
        constraints = [
            *OwnedRow.Meta.constraints,
            models.UniqueConstraint(fields=["customer", "gateway"], name="billing_gatewayaccount_once"),
        ]


class MethodSetup(OwnedRow):
    """The saving of a method on a gateway's page, without a payment. `id` is the idempotency key it is given."""

    gateway = models.CharField(max_length=30)
    method = inside_customer("billing.PaymentMethod", null=True)
    reference = models.CharField(max_length=120, null=True)
    state = models.CharField(max_length=20, default="started")
    redirect_url = models.TextField(blank=True)
    return_url = models.TextField()
    language = models.CharField(max_length=5)
    failure = models.CharField(max_length=60, blank=True)
    started_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    #: When the queue was last told to ask the gateway about it.
    asked_at = models.DateTimeField(null=True)

    class Meta(OwnedRow.Meta):
        constraints = [
            *OwnedRow.Meta.constraints,
            InsideCustomer(field="method", name="billing_methodsetup_method"),
        ]
        indexes = [
            models.Index(
                fields=["started_at"],
                condition=models.Q(state__in=["started", "needs_action"]),
                name="billing_methodsetup_in_flight",
            )
        ]
        triggers = [guards.only_steps_of(METHOD_SETUP), guards.never_deleted("method_setup")]


class Payment(OwnedRow):
    """One attempt to bring in the money of an invoice. `id` is the idempotency key that the gateway is given.

    `received` is what came in; it differs from `amount` only when a gateway or a bank's statement says so. What the
    gateway is told (`return_url`, `language`, `off_session`) is kept, because the same key must always say the same.
    """

    invoice = inside_customer("billing.Invoice", related_name="payments")
    gateway = models.CharField(max_length=30)
    method = inside_customer("billing.PaymentMethod", null=True)
    reference = models.CharField(max_length=120, null=True)
    amount = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=20, default="started")
    redirect_url = models.TextField(blank=True)
    return_url = models.TextField(blank=True)
    language = models.CharField(max_length=5, blank=True)
    off_session = models.BooleanField(default=False)
    failure = models.CharField(max_length=60, blank=True)
    started_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    #: When the queue was last told to ask the gateway about it.
    asked_at = models.DateTimeField(null=True)

    class Meta(OwnedRow.Meta):
        constraints = [
            *OwnedRow.Meta.constraints,
            InsideCustomer(field="invoice", name="billing_payment_invoice"),
            InsideCustomer(field="method", name="billing_payment_method"),
            models.UniqueConstraint(
                fields=["customer", "gateway", "reference"], name="billing_payment_reference"
            ),
            models.UniqueConstraint(
                fields=["customer", "invoice"],
                condition=models.Q(state__in=["started", "needs_action"]),
                name="billing_payment_one_in_flight",
            ),
            models.UniqueConstraint(
                fields=["customer", "invoice", "gateway"],
                condition=models.Q(state="awaiting_transfer"),
                name="billing_payment_one_transfer",
            ),
        ]
        indexes = [
            models.Index(
                fields=["started_at"],
                condition=models.Q(state__in=["started", "needs_action"]),
                name="billing_payment_in_flight",
            ),
            models.Index(
                fields=["started_at"],
                condition=models.Q(state="abandoned", reference__isnull=False),
                name="billing_payment_given_up",
            ),
            # A gateway, or a line of a statement, names a payment and no customer.
            models.Index(
                fields=["reference"],
                condition=models.Q(reference__isnull=False),
                name="billing_payment_named",
            ),
        ]
        triggers = [guards.only_steps_of(PAYMENT), guards.never_deleted("payment")]

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)


class Refund(OwnedRow):
    """Money we held going back to where it came from. `id` is the idempotency key that the gateway is given."""

    payment = inside_customer("billing.Payment", related_name="refunds")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=60)
    state = models.CharField(max_length=20, default="started")
    failure = models.CharField(max_length=60, blank=True)
    started_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    #: When the queue was last told to tell the gateway of it.
    asked_at = models.DateTimeField(null=True)

    class Meta(OwnedRow.Meta):
        constraints = [
            *OwnedRow.Meta.constraints,
            InsideCustomer(field="payment", name="billing_refund_payment"),
        ]
        indexes = [
            models.Index(
                fields=["started_at"], condition=models.Q(state="started"), name="billing_refund_in_flight"
            )
        ]
        triggers = [guards.only_steps_of(REFUND), guards.never_deleted("refund")]


class Dispute(OwnedRow):
    """A payment that the payer's bank took back. `reference` is the gateway's, `reason` the bank's word."""

    payment = inside_customer("billing.Payment", related_name="disputes")
    reference = models.CharField(max_length=120)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=20, default="opened")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta(OwnedRow.Meta):
        constraints = [
            *OwnedRow.Meta.constraints,
            InsideCustomer(field="payment", name="billing_dispute_payment"),
            models.UniqueConstraint(
                fields=["customer", "payment", "reference"], name="billing_dispute_reference"
            ),
        ]
        triggers = [
            guards.only_steps_of(DISPUTE),
            guards.never_deleted("dispute"),
            guards.frozen("dispute", ["payment_id", "reference", "amount", "currency"]),
        ]
