"""A lived world for the books: every kind of document and entry, in two currencies."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from palier.billing.arrivals import match_to_balance, record_arrival
from palier.billing.dispute import settle_dispute
from palier.billing.give_credit import give_credit
from palier.billing.models import Dispute, Invoice, Payment
from palier.billing.refund import start_refunds
from palier.catalog.models import Price, Version
from palier.core.money import Money
from palier.drivers.gateway import DisputeReport, DisputeState
from palier.events.record import SYSTEM, Actor
from palier.people.models import Customer
from palier.plan_changes.end_subscription import request_end
from palier.plan_changes.undo import expire
from palier.subscriptions.models import Subscription
from tests.world import World


@dataclass(frozen=True)
class Lived:
    """Ateliers Boréale's subscriptions in dollars (`restarted` went up, then to a year), Charlie's in dinars."""

    changed: Subscription
    restarted: Subscription
    dinars: Subscription
    refunded: Invoice
    ended: Subscription


def dispute(world: World, invoice_id: UUID | None, state: DisputeState) -> Dispute:
    """The payer's bank takes the payment of an invoice back, or has decided."""
    payment = Payment.objects.get(invoice_id=invoice_id, state="succeeded")
    assert payment.reference is not None
    report = DisputeReport(
        "dsp-1", payment.reference, state, Money(payment.received, payment.currency), "fraud"
    )
    found = settle_dispute(report, gateway=payment.gateway, at=world.now)
    world.drain()
    return found


def live(world: World) -> Lived:
    """Changes up, a restart that carries over, one that expires unpaid, money kept, refunded and given; three
    decimals and none."""
    charlie = world.stranger
    Customer.objects.filter(id=charlie.id).update(currency="KWD")
    charlie.refresh_from_db()
    for key, amount in (("plan:web-a:monthly", 9001), ("plan:web-b:monthly", 18002)):
        Price.objects.create(key=key, currency="KWD", amount=amount)
    Version.objects.update(number=77)
    changed = world.subscribe("web-a")
    world.change(changed, "web-b")
    restarted = world.subscribe("web-a", label="an.example", account="an")
    world.change(restarted, "web-b")
    world.now += timedelta(days=1)
    world.change(restarted, "web-b", "yearly")
    given_up = world.accept(changed, world.offer(changed, "web-c"))
    world.now += timedelta(days=3)
    expire(given_up.customer_id, given_up.id, house=world.house, at=world.now)
    refunded = Invoice.objects.get(id=restarted.plan_changes.get(restarts=True).invoice_id)
    on = world.now.date()
    give_credit(changed.customer_id, Money(1500, "CAD"), reason="patience", by=SYSTEM, on=on, at=world.now)
    start_refunds(changed.customer_id, refunded.id, 500, reason="asked", by=SYSTEM, at=world.now)
    dinars = world.subscribe("web-a", customer=charlie, at=world.now, label="kw.example", account="kw")
    give_credit(charlie.id, Money(1000, "JPY"), reason="patience", by=SYSTEM, on=on, at=world.now)
    disputed = world.change(dinars, "web-b")
    dispute(world, disputed.invoice_id, "opened")
    dispute(world, disputed.invoice_id, "won")
    staff, at = Actor("staff", world.dana.id), world.now
    line = record_arrival("transfer", on, Money(1000, "KWD"), "a deposit", by=staff, at=at)
    match_to_balance(line.id, charlie.id, by=staff, at=at)
    world.drain()
    ended = world.subscribe("web-a", label="fin.example", account="fin", at=world.now)
    request_end(
        ended.customer_id, ended.id, at_renewal=False, reason="", house=world.house, by=SYSTEM, at=world.now
    )  # fmt: skip
    return Lived(changed, restarted, dinars, refunded, ended)
