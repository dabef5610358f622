"""Reading overdue invoices, and where the dunning of each stands."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any, Literal
from uuid import UUID

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest, TruncDate

from palier.billing.collect_due import TRANSFER_TAKES
from palier.billing.models import Dispute, Invoice, InvoiceLine, Payment
from palier.core.dunning import Dunning, Next, StepKind, Taken, retry_on, upcoming
from palier.core.money import Money
from palier.core.postings import RECEIVABLE
from palier.core.states import DISPUTE_STANDS, PAYMENT_IN_FLIGHT
from palier.dunning.models import Delay, StepTaken
from palier.ledger.models import Balance, Posting
from palier.people.models import Customer
from palier.plan_changes.models import PlanChange
from palier.subscriptions.bill_period import House
from palier.subscriptions.models import Subscription, Suspension

Hold = Literal["", "in_flight", "disputed", "promised", "changing"]

#: Read at once, where there are many.
AT_ONCE = 1000


@dataclass(frozen=True)
class Case:
    """An overdue invoice as it stands today (`on`). `subscription` is the one its first line is about, None of a bill
    for something else.

    `tried_on` is the last day on which a saved method was tried. `in_flight` counts a transfer that was announced some
    days ago, `dispute` is the state of one that stands against a payment of it (empty for none), and `is_changing` says
    that a paid change of the service is being made.
    """

    on: date
    invoice: Invoice
    owed: Money
    since_on: date
    subscription: Subscription | None
    policy: Dunning
    taken: tuple[Taken, ...]
    promised_on: date | None
    tried_on: date | None
    in_flight: bool
    dispute: str
    is_changing: bool

    @property
    def customer(self) -> Customer:
        customer: Customer = self.invoice.customer
        return customer

    @property
    def has_service(self) -> bool:
        return self.subscription is not None and self.subscription.state != "cancelled"

    @property
    def is_promised(self) -> bool:
        return self.promised_on is not None and self.on <= self.promised_on

    @property
    def upcoming(self) -> tuple[Next, ...]:
        from_on = self.promised_on + timedelta(1) if self.promised_on and self.is_promised else self.on
        return upcoming(
            self.policy, self.since_on, self.taken, from_on=from_on, reminders_only=not self.has_service
        )

    @property
    def next(self) -> Next | None:
        return next(iter(self.upcoming), None)

    def day_of(self, kind: StepKind) -> date | None:
        """The day on which the suspension, or the end, is to come; None when it does not, or has come."""
        return next((one.on for one in self.upcoming if one.step.kind == kind), None)

    @property
    def was_suspended(self) -> bool:
        return any(one.kind == "suspension" for one in self.taken)

    @property
    def hold(self) -> Hold:
        """What keeps the next step from being taken, besides its day: money on its way, a bank that has not decided
        on a dispute, or a promise; and a service is neither suspended nor ended under a change that is paid for and
        being made."""
        if self.in_flight:
            return "in_flight"
        if self.dispute == "opened":
            return "disputed"
        if self.is_promised:
            return "promised"
        coming = self.next
        return "changing" if self.is_changing and coming and coming.step.kind != "reminder" else ""

    @property
    def is_due(self) -> bool:
        """Is the next step to be taken today?"""
        return self.next is not None and self.next.on <= self.on and not self.hold

    @property
    def keeps_suspended(self) -> bool:
        """Is it overdue beyond the day of the suspension?"""
        suspends_on = self.day_of("suspension")
        return self.was_suspended or (suspends_on is not None and suspends_on <= self.on)

    @property
    def is_to_retry(self) -> bool:
        """Is a saved method to be tried again today? No more once the service is suspended, or a bank took a payment
        back: people pay then."""
        day = retry_on(self.policy, self.since_on, self.on)
        untried = day is not None and (self.tried_on is None or self.tried_on < day)
        return untried and not (self.was_suspended or self.in_flight or self.dispute or self.is_promised)


def across_customers_overdue(on: date, *, house: House) -> Iterator[Case]:
    """Every overdue invoice, the longest overdue first. Where nobody owes anything, nothing more is asked."""
    if not Balance.objects.filter(account=RECEIVABLE, amount__gt=0).exists():
        return iter(())
    return _cases(Invoice.objects.all(), on, house)


def across_customers_overdue_invoices(on: date, *, house: House) -> QuerySet[Any]:
    """The same as rows, for a page of them: `cases_of` reads what is shown."""
    return _overdue(Invoice.objects.all(), on, house)


def cases_of(invoices: list[Any], on: date, *, house: House) -> list[Case]:
    """The cases of some rows of `across_customers_overdue_invoices`."""
    return list(_chunk_of_cases(invoices, on, house))


def overdue_of(customer_id: UUID, on: date, *, house: House) -> list[Case]:
    """A customer's, the longest overdue first."""
    return list(_cases(Invoice.objects.filter(customer_id=customer_id), on, house))


def case_of(customer_id: UUID, invoice_id: UUID, on: date, *, house: House) -> Case | None:
    """None of an invoice on which nothing is overdue."""
    one = Invoice.objects.filter(customer_id=customer_id, id=invoice_id)
    return next(_cases(one, on, house), None)


def cases_about(customer_id: UUID, subscription_id: UUID, on: date, *, house: House) -> list[Case]:
    """Those with a line about a subscription."""
    lines = InvoiceLine.objects.filter(customer_id=customer_id, subscription_id=subscription_id)
    invoices = Invoice.objects.filter(customer_id=customer_id, id__in=lines.values("invoice_id"))
    return list(_cases(invoices, on, house))


def unpaid_suspension_of(customer_id: UUID, subscription_id: UUID) -> Suspension | None:
    """The suspension that a payment lifts, if it holds."""
    return _holding().filter(customer_id=customer_id, subscription_id=subscription_id).first()


def across_customers_to_lift(on: date) -> Iterator[tuple[UUID, UUID]]:
    """(customer, subscription) of what is suspended for non-payment, although nothing overdue is about it."""
    of_subscription = {"customer_id": OuterRef("customer_id"), "subscription_id": OuterRef("subscription_id")}
    owed = (
        Posting.objects.filter(
            customer_id=OuterRef("customer_id"), invoice_id=OuterRef("invoice_id"), account=RECEIVABLE
        )
        .order_by()
        .values("invoice_id")
        .annotate(sum=Sum("amount"))
        .filter(sum__gt=0)
    )
    overdue = InvoiceLine.objects.filter(Exists(owed), **of_subscription, invoice__due_on__lt=on)
    return iter(_holding().filter(~Exists(overdue)).values_list("customer_id", "subscription_id"))


def _holding() -> QuerySet[Suspension]:
    return Suspension.objects.filter(reason="unpaid", lifted_at=None, subscription__state="suspended")


def _overdue(invoices: QuerySet[Invoice], on: date, house: House) -> QuerySet[Any]:
    """The invoice of a change that waits for its payment is not dunned: it expires by itself."""
    of_customer = {"customer_id": OuterRef("customer_id")}
    of_invoice = {**of_customer, "invoice_id": OuterRef("id")}
    receivable = Posting.objects.filter(**of_invoice, account=RECEIVABLE).order_by()
    owing = Balance.objects.filter(
        **of_customer, currency=OuterRef("currency"), account=RECEIVABLE, amount__gt=0
    )
    taken_back = receivable.filter(entry__kind="charged_back").order_by("-entry__on")
    lines = InvoiceLine.objects.filter(**of_invoice, subscription_id__isnull=False).order_by("id")
    payments = Payment.objects.filter(**of_invoice)
    tries = payments.filter(method__isnull=False).order_by().values("invoice_id")
    begun_on = TruncDate("started_at", tzinfo=house.provider.zone)
    on_its_way = Q(state__in=PAYMENT_IN_FLIGHT) | Q(
        state="awaiting_transfer", begun_on__gt=on - TRANSFER_TAKES
    )
    disputes = Dispute.objects.filter(
        **of_customer, payment__invoice_id=OuterRef("id"), state__in=DISPUTE_STANDS
    ).order_by("-opened_at")
    changes = PlanChange.objects.filter(**of_customer)
    return (
        invoices.filter(Exists(owing), due_on__lt=on)
        .annotate(
            owed=Subquery(receivable.values("invoice_id").annotate(sum=Sum("amount")).values("sum")),
            taken_back_on=Subquery(taken_back.values("entry__on")[:1]),
            about=Subquery(lines.values("subscription_id")[:1]),
            tried_on=Subquery(tries.annotate(last=Max(begun_on)).values("last")),
            in_flight=Exists(payments.alias(begun_on=begun_on).filter(on_its_way)),
            dispute=Subquery(disputes.values("state")[:1]),
        )
        .annotate(
            since_on=Greatest(F("due_on"), Coalesce("taken_back_on", "due_on")),
            is_changing=Exists(
                changes.filter(subscription_id=OuterRef("about"), state__in=["applying", "needs_person"])
            ),
        )
        .filter(
            ~Exists(changes.filter(invoice_id=OuterRef("id"), state="awaiting_payment")),
            owed__gt=0,
            since_on__lt=on,
        )
        .select_related("customer")
        .order_by("since_on", "id")
    )


def _cases(invoices: QuerySet[Invoice], on: date, house: House) -> Iterator[Case]:
    """A chunk at a time, so that memory does not grow with what is owed."""
    found = _overdue(invoices, on, house).iterator(chunk_size=AT_ONCE)
    while chunk := list(islice(found, AT_ONCE)):
        yield from _chunk_of_cases(chunk, on, house)


def _chunk_of_cases(invoices: list[Any], on: date, house: House) -> Iterator[Case]:
    customers = {invoice.customer_id for invoice in invoices}
    ids = [invoice.id for invoice in invoices]
    subscriptions = {
        one.id: one
        for one in Subscription.objects.filter(
            customer_id__in=customers, id__in={invoice.about for invoice in invoices if invoice.about}
        )
    }
    steps = _steps(StepTaken.objects.filter(customer_id__in=customers, invoice_id__in=ids))
    delays = Delay.objects.filter(customer_id__in=customers, invoice_id__in=ids).order_by("granted_at", "id")
    promises = {delay.invoice_id: delay.promised_on for delay in delays}
    for invoice in invoices:
        subscription = subscriptions.get(invoice.about)
        yield Case(
            on=on,
            invoice=invoice,
            owed=Money(invoice.owed, invoice.currency),
            since_on=invoice.since_on,
            subscription=subscription,
            policy=policy_for(subscription, house),
            taken=tuple(steps[invoice.id, invoice.since_on]),
            promised_on=promises.get(invoice.id),
            tried_on=invoice.tried_on,
            in_flight=invoice.in_flight,
            dispute=invoice.dispute or "",
            is_changing=invoice.is_changing,
        )


def _steps(rows: Iterable[StepTaken]) -> dict[tuple[UUID, date], list[Taken]]:
    found: dict[tuple[UUID, date], list[Taken]] = defaultdict(list)
    for row in rows:
        found[row.invoice_id, row.since_on].append(row.as_taken)
    return found


def policy_for(subscription: Subscription | None, house: House) -> Dunning:
    """The provider's, overridden by what the product says."""
    if subscription is None:
        return Dunning.of(house.provider.dunning)
    return Dunning.of(house.provider.dunning, house.catalog.product_of(subscription.plan_id).dunning)
