"""Paying by a real card: the demo's card server in a process of its own, and the product's own gateway driver."""

from palier.billing.gateways import gateway_named
from palier.billing.models import Invoice, Payment, PaymentMethod
from palier.billing.settle import settle
from palier.core.money import Money
from palier.drivers.gateway import Charge
from palier.entrypoints.demo.card_control import CardControl
from palier.ledger.queries import owed_on
from palier.people.seal import sealed
from tests.world import World

TOKEN = "card_of_alice"


def pay_by_card(world: World, card: CardControl, invoice: Invoice) -> Payment:
    """All that is owed, charged to the customer's saved card, which is kept with the gateway first."""
    card.keep_method(TOKEN, label="Visa •••• 4242")
    method, _ = PaymentMethod.objects.get_or_create(
        customer_id=invoice.customer_id,
        label="Visa •••• 4242",
        defaults={"gateway": "demo_card", "token": sealed(TOKEN)},
    )
    payment = Payment.objects.create(
        customer_id=invoice.customer_id,
        invoice=invoice,
        gateway="demo_card",
        method=method,
        amount=owed_on(invoice.customer_id, invoice.id),
        currency=invoice.currency,
        started_at=world.now,
    )
    gateway = gateway_named("demo_card")
    charge = Charge(
        key=str(payment.id),
        money=Money(payment.amount, payment.currency),
        description=str(invoice.number),
        return_url="http://127.0.0.1/",
        callback_url="http://127.0.0.1/",
        method=TOKEN,
        account=str(invoice.customer_id),
    )
    return settle(gateway.status(gateway.start(charge).reference), gateway="demo_card", at=world.now)
