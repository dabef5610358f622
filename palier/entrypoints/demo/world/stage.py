"""What people and machines do in the story, each by the product's own verb, at the moment of the scene."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from django.conf import settings

from palier.billing.collect import collect
from palier.billing.gateways import gateway_named
from palier.billing.models import Invoice
from palier.billing.queries import payment_methods
from palier.billing.settle import settle
from palier.catalog import snapshot
from palier.core.periods import BillingCycle, billing_date
from palier.core.pricing import Configuration
from palier.entrypoints.demo.card_control import CardControl
from palier.entrypoints.demo.panel_control import PanelControl
from palier.entrypoints.demo.world.cast import PASSWORD, Client, Person
from palier.entrypoints.demo.world.moments import Moments
from palier.entrypoints.demo.world.queue import do_what_is_queued
from palier.events.keys import new_id
from palier.events.record import Actor
from palier.people.models import Customer, Member, User
from palier.people.queries import provider
from palier.people.seal import unsealed
from palier.plan_changes.accept import accept
from palier.plan_changes.facts import situation
from palier.plan_changes.models import PlanChange
from palier.plan_changes.offer import offer
from palier.provisioning.inspect import can_be_inspected, inspect
from palier.provisioning.open_service import open_service
from palier.provisioning.queries import service_of
from palier.subscriptions.bill_period import House
from palier.subscriptions.models import Period, Subscription
from palier.subscriptions.start import start

GATEWAY = "demo_card"


@dataclass
class Stage:
    """`now` is the real instant of the build, `at` the moment of the scene, moved on by whoever directs."""

    panel: PanelControl
    card: CardControl
    now: datetime
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    people: dict[str, User] = field(default_factory=dict)

    @property
    def house(self) -> House:
        return House(snapshot.current(), provider())

    @property
    def on(self) -> date:
        return billing_date(self.at, provider().zone)

    @property
    def moments(self) -> Moments:
        return Moments(self.now, provider().hours)

    def user(self, person: Person, *, is_staff: bool = False) -> User:
        if person.email not in self.people:
            password = PASSWORD if person.can_sign_in else None
            self.people[person.email] = User.objects.create_user(
                person.email, password, name=person.name, is_staff=is_staff
            )
        return self.people[person.email]

    def customer(self, client: Client) -> Customer:
        """A new customer and its owner."""
        customer = Customer.objects.create(
            name=client.name, kind=client.kind, street=client.street, city=client.city, region=client.region,
            postal_code=client.postal_code, country="CA", language=client.language,
            currency=provider().currency, joined_on=self.on,
        )  # fmt: skip
        self.joins(client.owner, customer, "owner")
        return customer

    def joins(self, person: Person, customer: Customer, role: str) -> None:
        Member.objects.create(customer=customer, user=self.user(person), role=role)

    def subscribes(
        self,
        customer: Customer,
        plan: str,
        label: str,
        account: str,
        *,
        cycle: str = "monthly",
        usage: dict[str, int] | None = None,
    ) -> Subscription:
        """A new service, its account, and its first period paid."""
        configuration = Configuration(plan, BillingCycle(cycle))
        subscription = start(customer, configuration, label=label, house=self.house, at=self.at)
        service = open_service(subscription, account=account, catalog=self.house.catalog)
        if can_be_inspected(service):
            package = self.house.catalog.plans[plan].package
            known = {"user": account, "plan": package, "domain": label, "usage": usage or {}}
            self.panel.seed({}, [known])
            inspect(service, self.at)
        first = Period.objects.select_related("invoice").get(customer=customer, subscription=subscription)
        self.pays(first.invoice)
        subscription.refresh_from_db()
        return subscription

    def pays(self, invoice: Invoice) -> None:
        """With the saved card; the first time on the card's own page, which keeps it."""
        methods = payment_methods(invoice.customer_id)
        payment = collect(
            invoice.customer_id,
            invoice.id,
            gateway=GATEWAY,
            method_id=methods[0].id if methods else None,
            return_url=settings.BASE_URL,
            at=self.at,
        )
        if payment.state == "needs_action" and payment.reference:
            self.card.pay(payment.redirect_url)
            settle(gateway_named(GATEWAY).status(payment.reference), gateway=GATEWAY, at=self.at)
        self.works()

    def card_is_stopped(self, customer_id: UUID) -> None:
        """The bank declines it from now on."""
        method = payment_methods(customer_id)[0]
        self.card.keep_method(unsealed(method.token), "decline", label=method.label)

    def changes(
        self, subscription: Subscription, plan: str, cycle: str = "", *, by: Person, when: bool | None = None
    ) -> PlanChange:
        """Read the offer, accept it and pay; the machines do what they can. `when`: True is at renewal."""
        target = Configuration(plan, BillingCycle(cycle or subscription.cycle))
        found = situation(subscription.customer_id, subscription.id, self.at, house=self.house)
        change = accept(
            offer(found, target, when).token,
            customer_id=subscription.customer_id,
            by=Actor("user", self.user(by).id),
            idempotency_key=str(new_id()),
            house=self.house,
            at=self.at,
        )
        self.works()
        if change.invoice is not None and change.state == "awaiting_payment":
            self.pays(change.invoice)
        change.refresh_from_db()
        subscription.refresh_from_db()
        return change

    def uses(self, subscription: Subscription, **usage: int) -> None:
        """The account fills, and the panel is asked about it."""
        service = service_of(subscription.customer_id, subscription.id)
        self.panel.set_usage(service.account, **usage)
        inspect(service, self.at)

    def works(self) -> None:
        do_what_is_queued(self.at)
