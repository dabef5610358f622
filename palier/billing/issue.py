"""Issue an invoice: the document, its lines, its postings, and the credit balance it uses.

The number is taken apart, by `number.give_number`, as the last write of the caller's transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from palier.billing.models import Invoice, InvoiceLine
from palier.catalog.for_sale import Texts
from palier.core import postings
from palier.core.tax import Taxed, TaxLine, TaxRate, nets, taxed
from palier.core.tax_due import DueTaxes, TaxNote
from palier.ledger.post import Entry, post
from palier.people.models import Customer, Provider
from palier.words.document_lines import line_text
from palier.words.tax_notes import tax_note


@dataclass(frozen=True)
class LineToBill:
    """A line before tax, or with the taxes it includes. `taxes` are those of what it is for, for this customer on the
    day of the invoice; `product` and `plan` its codes in the catalogue; `facts` the numbers and names of its sentence.
    """

    code: str
    amount: int
    taxes: DueTaxes
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

    def tax_name(self, code: str, language: str) -> str:
        return self.tax_names.get(code, {}).get(language) or code


@dataclass(frozen=True)
class Draft:
    """An invoice that was decided and is not written yet: the document, its lines, and its postings."""

    invoice: Invoice
    lines: tuple[InvoiceLine, ...]
    entry: Entry


def drafted(
    lines: Sequence[LineToBill],
    *,
    issuer: Issuer,
    customer: Customer,
    subject: tuple[str, UUID],
    currency: str,
    on: date,
    at: datetime,
    due_on: date,
) -> Draft:
    """The invoice of `lines`. `on` is the date printed, for which the taxes of the lines were decided."""
    worked_out = taxed_lines(lines)
    numbers = {rate.code: rate.number for line in lines for rate in line.taxes.rates}
    invoice = Invoice(
        customer=customer,
        currency=currency,
        issued_on=on,
        issued_at=at,
        due_on=due_on,
        net=worked_out.net,
        total=worked_out.total,
        taxes=[_tax_json(tax, numbers, issuer, customer.language) for tax in worked_out.lines],
        notes=_notes(lines, issuer, customer.language),
        subject_kind=subject[0],
        subject_id=subject[1],
        language=customer.language,
        supplier=supplier_json(issuer.provider, customer.language)
        | {"numbers": _numbers_without_tax(lines, issuer, customer.language)},
        buyer=buyer_json(customer),
    )
    written = tuple(
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
        for line, net in zip(lines, nets(_parts(lines), worked_out.net), strict=True)
    )
    legs = postings.invoice_issued(invoice.net, worked_out.lines)
    return Draft(invoice, written, Entry("invoice_issued", ("invoice", invoice.id), legs, invoice.id))


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

    The caller has locked the credit balance if it uses any, and gives the number. Raises `IntegrityError` when more
    credit is used than there is.
    """
    draft = drafted(
        lines, issuer=issuer, customer=customer, subject=subject, currency=currency, on=on, at=at, due_on=due_on
    )  # fmt: skip
    invoice = draft.invoice
    invoice.save(force_insert=True)
    InvoiceLine.objects.bulk_create(draft.lines)
    entries = [draft.entry]
    if use_credit:
        used = postings.credit_balance_used(use_credit)
        entries.append(Entry("credit_balance_used", ("invoice", invoice.id), used, invoice.id))
    post(entries, customer_id=customer.id, currency=currency, on=on, at=at)
    return invoice


def taxed_lines(lines: Sequence[LineToBill]) -> Taxed:
    """The net, taxes and total of lines for one customer and day."""
    exempt = frozenset[str]().union(*(line.taxes.exempt for line in lines))
    return taxed(_parts(lines), exempt)


def _parts(lines: Sequence[LineToBill]) -> list[tuple[int, tuple[TaxRate, ...]]]:
    return [(line.amount, line.taxes.rates) for line in lines]


def supplier_json(provider: Provider, language: str) -> dict[str, Any]:
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
        "vat_number": customer.vat_number,
    }


def _notes(lines: Sequence[LineToBill], issuer: Issuer, language: str) -> list[str]:
    """The sentences about taxes that the document bears, each once."""
    notes: dict[TaxNote, None] = dict.fromkeys(note for line in lines for note in line.taxes.notes)
    return [tax_note(note, issuer.tax_name(note.tax, language), language) for note in notes]


def _numbers_without_tax(lines: Sequence[LineToBill], issuer: Issuer, language: str) -> list[list[str]]:
    """(name of the tax, registration) of those the customer is exempt from: a document bears the supplier's number also
    where the customer accounts for the tax."""
    exempt = {
        rate.code: rate for line in lines for rate in line.taxes.rates if rate.code in line.taxes.exempt
    }
    return [[issuer.tax_name(code, language), rate.number] for code, rate in exempt.items() if rate.number]


def _tax_json(tax: TaxLine, numbers: Mapping[str, str], issuer: Issuer, language: str) -> dict[str, Any]:
    return {
        "code": tax.code,
        "name": issuer.tax_name(tax.code, language),
        "rate": str(tax.rate),
        "base": tax.base,
        "amount": tax.amount,
        "number": numbers.get(tax.code, ""),
    }
