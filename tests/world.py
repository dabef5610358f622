"""One believable world for tests: Hébergement Boréal, Ateliers Boréale, and who works and logs in there.

Alice owns Ateliers Boréale and Bob looks after its machines; Charlie is a stranger, a consumer in Québec;
Dana works for the host. Everything is made by the product's own verbs, so the books balance from the first minute.
"""

import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

from django.db import connection

from palier.billing.models import Invoice, Payment
from palier.billing.settle import settle
from palier.catalog import snapshot
from palier.catalog.file.document import Document
from palier.catalog.file.read import read
from palier.core.money import Money
from palier.core.periods import BillingCycle
from palier.core.pricing import Configuration
from palier.core.states import PAYMENT_IN_FLIGHT
from palier.drivers.gateway import PaymentReport
from palier.entrypoints.batch import queue, rounds
from palier.entrypoints.demo.panel_control import PanelControl
from palier.events.record import Actor
from palier.ledger.queries import owed_on
from palier.people.models import Customer, Member, User
from palier.people.queries import provider
from palier.plan_changes.accept import accept
from palier.plan_changes.facts import situation
from palier.plan_changes.models import PlanChange
from palier.plan_changes.offer import Offer, offer
from palier.provisioning.apply_catalogue import apply_document
from palier.provisioning.inspect import can_be_inspected, inspect
from palier.provisioning.models import ProvisioningJob, Service
from palier.provisioning.open_service import open_service
from palier.provisioning.queries import service_of
from palier.subscriptions.bill_period import House
from palier.subscriptions.models import Subscription
from palier.subscriptions.start import start

CATALOGUE = Path(__file__).parent.parent / "demo" / "catalog.yaml"

#: Monday 23 November 2026, 10:00 in Québec.
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
#: The day the founding document's period began.
FOURTEENTH = datetime(2026, 11, 14, 15, 0, tzinfo=UTC)


@dataclass
class World:
    """The cast, the clock, and what a test does most."""

    panel: PanelControl
    alice: User
    bob: User
    charlie: User
    dana: User
    boreale: Customer
    stranger: Customer
    now: datetime = NOW
    _keys: int = 0
    panel_limits: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def house(self) -> House:
        return House(snapshot.current(), provider())

    def subscribe(
        self,
        plan: str = "web-a",
        cycle: str = "monthly",
        *,
        customer: Customer | None = None,
        at: datetime = FOURTEENTH,
        usage: dict[str, int] | None = None,
        options: tuple[tuple[str, int], ...] = (),
        paid: bool = True,
        label: str = "ateliers-boreale.example",
        account: str = "boreale",
        code: str = "",
    ) -> Subscription:
        """A subscription with its account on the panel, its first period paid."""
        customer = customer or self.boreale
        configuration = Configuration(plan, BillingCycle(cycle), options)
        subscription = start(customer, configuration, label=label, house=self.house, at=at, code=code)
        service = open_service(subscription, account=account, catalog=self.house.catalog)
        if can_be_inspected(service):
            package = self.house.catalog.plans[plan].package
            used = {"disk": 7578, "bandwidth": 38912, "mailboxes": 4, "databases": 1, "sites": 1} | (
                usage or {}
            )
            wanted = {"user": account, "plan": package, "domain": label, "usage": used}
            self.panel.seed(self.panel_limits, [wanted], overwrite=True)
            inspect(service, at)
        if paid:
            self.pay_all(customer, at=at)
        self.drain()
        subscription.refresh_from_db()
        return subscription

    def service(self, subscription: Subscription) -> Service:
        return service_of(subscription.customer_id, subscription.id)

    def offer(
        self, subscription: Subscription, plan: str, cycle: str | None = None, *, at_renewal: bool | None = None,
        options: tuple[tuple[str, int], ...] = (), code: str = "",
    ) -> Offer:  # fmt: skip
        found = situation(subscription.customer_id, subscription.id, self.now, house=self.house, code=code)
        target = Configuration(plan, BillingCycle(cycle or subscription.cycle), options)
        return offer(found, target, at_renewal)

    def accept(self, subscription: Subscription, offered: Offer, *, key: str | None = None) -> PlanChange:
        self._keys += 1
        return accept(
            offered.token,
            customer_id=subscription.customer_id,
            by=Actor("user", self.alice.id),
            idempotency_key=key or f"key-{self._keys}",
            house=self.house,
            at=self.now,
        )

    def change(
        self, subscription: Subscription, plan: str, cycle: str | None = None, **how: object
    ) -> PlanChange:
        """Accept, pay, and let the machines work; returns the change as it stands then."""
        change = self.accept(subscription, self.offer(subscription, plan, cycle, **how))  # type: ignore[arg-type]
        if change.state == "awaiting_payment":
            assert change.invoice_id is not None
            self.pay(change.customer_id, change.invoice_id)
        self.drain()
        change.refresh_from_db()
        subscription.refresh_from_db()
        return change

    def pay(self, customer_id: UUID, invoice_id: UUID, *, at: datetime | None = None) -> Payment:
        """The gateway says that all that is owed was paid by card, in the attempt under way if there is one."""
        invoice = Invoice.objects.get(customer_id=customer_id, id=invoice_id)
        in_flight = Payment.objects.filter(invoice=invoice, state__in=PAYMENT_IN_FLIGHT)
        payment = in_flight.first() or Payment.objects.create(
            customer_id=customer_id,
            invoice=invoice,
            gateway="demo_card",
            amount=owed_on(customer_id, invoice_id),
            currency=invoice.currency,
            started_at=at or self.now,
        )
        return settle(self.report(payment), gateway="demo_card", at=at or self.now)

    def take_in(self, invoice_id: UUID, amount: int) -> Payment:
        """Money comes in for an invoice, however much was asked for."""
        invoice = Invoice.objects.get(id=invoice_id)
        payment = Payment.objects.create(
            customer_id=invoice.customer_id,
            invoice=invoice,
            gateway="demo_card",
            amount=max(1, owed_on(invoice.customer_id, invoice_id)),
            currency=invoice.currency,
            started_at=self.now,
        )
        return settle(self.report(payment, amount=amount), gateway="demo_card", at=self.now)

    def report(self, payment: Payment, state: str = "succeeded", amount: int | None = None) -> PaymentReport:
        """What the gateway would say of a payment."""
        return PaymentReport(
            reference=f"ref-{payment.id}",
            key=str(payment.id),
            state=state,  # type: ignore[arg-type]
            money=Money(payment.amount if amount is None else amount, payment.currency),
            method=None,
        )

    def pay_all(self, customer: Customer, *, at: datetime | None = None) -> None:
        for invoice in Invoice.objects.filter(customer=customer):
            if owed_on(customer.id, invoice.id) > 0:
                self.pay(customer.id, invoice.id, at=at)

    def drain(self) -> None:
        drain_queue()

    def hurry(self) -> None:
        """What waits for another try need not wait: business time is a test's, the queue's is real."""
        ProvisioningJob.objects.filter(state="queued").update(not_before=None)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")

    def work_until_done(self) -> None:
        """Let the machines try until nothing is left to try."""
        self.drain()
        while ProvisioningJob.objects.filter(state__in=["queued", "running"]).exists():
            self.hurry()
            rounds.round_of_upkeep(self.now)
            self.drain()

    def pass_time(self, to: datetime) -> None:
        """Business time goes on, with a round every day and one at the end."""
        while self.now < to:
            self.now = min(to, self.now + timedelta(days=1))
            rounds.round_of_time(self.now)
            self.drain()


def drain_queue() -> None:
    """Do what the queue holds, until it holds nothing that is due."""
    while (job := _next_job()) is not None:
        number, name, args = job
        _TASKS[name](**args)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = %s", [number])


_TASKS = {
    task.name: task.func
    for task in (
        queue.react,
        queue.react_to_all,
        queue.send_notice,
        queue.chase_payment,
        queue.send_refund,
        queue.chase_method_setup,
    )
} | {
    queue.carry_out_job.name: queue.carry_out_now,
    queue.refresh_measures.name: queue.refresh_measures_now,
}


def _next_job() -> tuple[int, str, dict[str, str]] | None:
    """Take the oldest job that is due."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE procrastinate_jobs SET status = 'doing' WHERE id = (
                SELECT id FROM procrastinate_jobs
                WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now()) AND queue_name <> 'upkeep'
                ORDER BY id LIMIT 1
            ) RETURNING id, task_name, args
            """
        )
        row = cursor.fetchone()
    return None if row is None else (row[0], row[1], json.loads(row[2]))


#: A catalogue file is read once in a process: most tests begin with the same.
_read_once = cache(read)


def build(panel: PanelControl, catalogue: Path | Document = CATALOGUE) -> World:
    """The provider and its catalogue, the cast, and an empty panel that knows the host's packages."""
    apply_document(catalogue if isinstance(catalogue, Document) else _read_once(catalogue), FOURTEENTH)
    currency = provider().currency
    boreale = _customer("Ateliers Boréale inc.", "fr", currency, "business")
    stranger = _customer("Charlie Tremblay", "en", currency, "consumer")
    users = {name: _user(name) for name in ("alice", "bob", "charlie", "dana")}
    users["dana"].is_staff = True
    users["dana"].save()
    Member.objects.create(customer=boreale, user=users["alice"], role="owner")
    Member.objects.create(customer=boreale, user=users["bob"], role="technical")
    Member.objects.create(customer=stranger, user=users["charlie"], role="owner")
    panel.reset()
    plans = snapshot.current().plans.values()
    limits = {plan.package: dict(plan.limits) for plan in plans if plan.product_code == "web"}
    panel.seed(limits)
    return World(panel, **users, boreale=boreale, stranger=stranger, panel_limits=limits)


def _user(name: str) -> User:
    return User.objects.create_user(f"{name}@example.com", "correct horse battery", name=name.title())


def _customer(name: str, language: str, currency: str, kind: str) -> Customer:
    return Customer.objects.create(
        name=name,
        kind=kind,
        street="12, rue Saint-Jean",
        city="Québec",
        region="QC",
        postal_code="G1R 1N8",
        country="CA",
        language=language,
        currency=currency,
        joined_on=FOURTEENTH.date(),
    )


def point_at(panel_url: str, token: str) -> None:
    """Let the catalogue's `${...}` mean this panel."""
    os.environ["PALIER_DEMO_PANEL_URL"], os.environ["PALIER_DEMO_PANEL_TOKEN"] = panel_url, token
