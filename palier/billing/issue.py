"""Issue an invoice: the document, its lines, its postings, and the credit balance it uses.

The number is taken apart, by `number.give_number`, as the last write of the caller's transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from palier.billing.models import Invoice, InvoiceLine
from palier.catalog.snapshot import Texts
from palier.core import postings
from palier.core.tax import TaxLine, TaxRate, nets, taxed
from palier.ledger.post import Entry, post
from palier.people.models import Customer, Provider
from palier.words.document_lines import line_text


@dataclass(frozen=True)
class LineToBill:
    """A line before tax. `rates` are the taxes of what it is for, `product` and `plan` its codes in the catalogue;
    `facts` the numbers and names of its sentence.
    """

    code: str
    amount: int
    rates: tuple[TaxRate, ...]
    tax_class: str
    product: str
    plan: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    subscription_id: UUID | None = None
    start_on: date | None = None
    until_on: date | None = None


@dataclass(frozen=True)
class Issuer:
    """Who issues, and what taxes are called in each language."""

    provider: Provider
    tax_names: Mapping[str, Texts]


def issue_invoice(
    lines: Sequence[LineToBill],
    *,
    issuer: Issuer,
    customer: Customer,
    subject: tuple[str, UUID],
    currency: str,
    on: date,
    at: datetime,
    due_on: date,
    use_credit: int = 0,
) -> Invoice:
    """The invoice of `lines`, posted, with `use_credit` of the customer's credit balance paid on it.

    `on` decides the taxes and the date printed. The caller has locked the credit balance if it uses any, and
    gives the number. Raises `IntegrityError` when more credit is used than there is.
    """
    parts = [(line.amount, line.rates) for line in lines]
    worked_out = taxed(parts, exempt_from(customer, lines, on))
    numbers = {rate.code: rate.number for line in lines for rate in line.rates}
    invoice = Invoice.objects.create(
        customer=customer,
        currency=currency,
        issued_on=on,
        issued_at=at,
        due_on=due_on,
        net=worked_out.net,
        total=worked_out.total,
        taxes=[_tax_json(tax, numbers, issuer, customer.language) for tax in worked_out.lines],
        subject_kind=subject[0],
        subject_id=subject[1],
        language=customer.language,
        supplier=supplier_json(issuer.provider, customer.language),
        buyer=buyer_json(customer),
    )
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            customer=customer,
            invoice=invoice,
            code=line.code,
            facts=dict(line.facts),
            text=line_text(line.code, line.facts, customer.language),
            amount=line.amount,
            net=net,
            product=line.product,
            plan=line.plan,
            tax_class=line.tax_class,
            subscription_id=line.subscription_id,
            start_on=line.start_on,
            until_on=line.until_on,
        )
        for line, net in zip(lines, nets(parts, worked_out.net), strict=True)
    )
    source = ("invoice", invoice.id)
    entries = [
        Entry("invoice_issued", source, postings.invoice_issued(invoice.net, worked_out.lines), invoice.id)
    ]
    if use_credit:
        used = postings.credit_balance_used(use_credit)
        entries.append(Entry("credit_balance_used", source, used, invoice.id))
    post(entries, customer_id=customer.id, currency=currency, on=on, at=at)
    return invoice


def exempt_from(customer: Customer, lines: Sequence[LineToBill], on: date) -> frozenset[str]:
    """The codes of the taxes this customer does not pay on that day."""
    if customer.tax_exempt_until_on is None or on >= customer.tax_exempt_until_on:
        return frozenset()
    return frozenset(rate.code for line in lines for rate in line.rates)


def supplier_json(provider: Provider, language: str) -> dict[str, str]:
    terms = provider.payment_terms
    return {
        "name": provider.legal_name or provider.name,
        "trade_name": provider.name,
        "address": provider.address,
        "email": provider.email,
        "phone": provider.phone,
        "terms": terms.get(language) or next(iter(terms.values()), ""),
    }


def buyer_json(customer: Customer) -> dict[str, str]:
    return {
        "name": customer.name,
        "street": customer.street,
        "city": customer.city,
        "region": customer.region,
        "postal_code": customer.postal_code,
        "country": customer.country,
    }


def _tax_json(tax: TaxLine, numbers: Mapping[str, str], issuer: Issuer, language: str) -> dict[str, Any]:
    names = issuer.tax_names.get(tax.code, {})
    return {
        "code": tax.code,
        "name": names.get(language) or tax.code,
        "rate": str(tax.rate),
        "base": tax.base,
        "amount": tax.amount,
        "number": numbers.get(tax.code, ""),
    }
