"""What people are told of payments, renewals, the end of a service and its password, word for word."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from palier.billing.models import Payment, PaymentMethod
from palier.billing.settle import close_attempt, settle
from palier.core import postings
from palier.entrypoints.batch import rounds
from palier.events.keys import new_id
from palier.events.models import Event
from palier.events.record import Actor
from palier.ledger.post import Entry, post
from palier.ledger.queries import owed_on
from palier.notices.letters import period
from palier.people.seal import sealed
from palier.plan_changes.end_subscription import request_end, withdraw
from palier.plan_changes.models import PlanChange
from palier.plan_changes.undo import cancel
from palier.provisioning.set_password import set_password
from tests.notices.told import body, only, plain, speak, told
from tests.world import World

pytestmark = pytest.mark.django_db

WEDNESDAY = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
SEVEN_DAYS_BEFORE = datetime(2026, 12, 7, 15, 0, tzinfo=UTC)


def attempt(world: World, change: PlanChange) -> Payment:
    assert change.invoice_id is not None
    return Payment.objects.create(
        customer_id=change.customer_id,
        invoice_id=change.invoice_id,
        gateway="demo_card",
        amount=owed_on(change.customer_id, change.invoice_id),
        currency="CAD",
        started_at=world.now,
    )


def unpaid_change(world: World) -> PlanChange:
    subscription = world.subscribe("web-a")
    return world.accept(subscription, world.offer(subscription, "web-b"))


def save_card(world: World) -> None:
    PaymentMethod.objects.create(
        customer=world.boreale,
        gateway="demo_card",
        label="Visa •••• 4242",
        token=sealed("tok"),
        is_default=True,
    )


def give_credit(world: World, amount: int) -> None:
    entry = Entry("goodwill", ("goodwill", new_id()), postings.goodwill_given(amount))
    post([entry], customer_id=world.boreale.id, currency="CAD", on=world.now.date(), at=world.now)


def renewal(world: World) -> list[str]:
    """The message about the renewal of Forfait A on 14 December, paragraph by paragraph."""
    world.pass_time(SEVEN_DAYS_BEFORE)
    notice = only("period.billed", world.alice)
    return [plain(notice.title), *body(notice)]


def test_a_declined_payment_says_why_and_until_when_the_change_waits(world: World) -> None:
    payment = attempt(world, unpaid_change(world))
    close_attempt(payment, state="failed", failure="card_declined", at=world.now)
    world.drain()
    notice = only("payment.failed", world.alice)
    assert plain(notice.title) == "Votre paiement de 7,25 $ n’a pas abouti"
    assert body(notice) == [
        "La facture 2026-0002 reste à payer : rien n’a été débité. Votre banque a refusé la carte.",
        "Votre changement l’attend jusqu’à la fin du 24 novembre 2026 ; ensuite il est annulé et ne coûte rien.",
    ]
    assert "Payer la facture : " in plain(notice.text)


def test_whatever_a_gateway_calls_it_a_failure_is_a_sentence(world: World) -> None:
    speak(world.alice, "en")
    payment = attempt(world, unpaid_change(world))
    close_attempt(payment, state="failed", failure="do_not_honor_05", at=world.now)
    world.drain()
    assert body(only("payment.failed", world.alice))[0] == (
        "Invoice 2026-0002 is still to be paid: nothing was charged. The payment was not accepted."
    )


def test_a_failure_is_not_told_once_the_change_has_ended(world: World) -> None:
    change = unpaid_change(world)
    close_attempt(attempt(world, change), state="failed", failure="card_declined", at=world.now)
    cancel(change.customer_id, change.id, house=world.house, at=world.now, by=Actor("user", world.alice.id))
    world.drain()
    assert told("payment.failed") == []


def test_an_attempt_that_we_gave_up_ourselves_is_not_told(world: World) -> None:
    change = unpaid_change(world)
    attempt(world, change)
    cancel(change.customer_id, change.id, house=world.house, at=world.now, by=Actor("user", world.alice.id))
    world.drain()
    assert Event.objects.filter(kind="payment.abandoned").exists()
    assert told("payment.failed") == told("payment.abandoned") == []


def test_a_receipt_names_the_invoice_and_what_it_was_for(world: World) -> None:
    speak(world.alice, "en")
    world.change(world.subscribe("web-a"), "web-b")
    notice = told("payment.received", world.alice)[-1]
    assert notice.title == "Payment received: $7.25"
    assert body(notice) == [
        "We received $7.25 for invoice 2026-0002. Thank you.",
        "- Change from Plan A to Plan B, ateliers-boreale.example: "
        "the difference from November 23, 2026 to December 14, 2026",
    ]


def test_a_receipt_names_the_card(world: World) -> None:
    change = unpaid_change(world)
    save_card(world)
    payment = attempt(world, change)
    Payment.objects.filter(id=payment.id).update(method=PaymentMethod.objects.get())
    settle(world.report(payment), gateway="demo_card", at=world.now)
    world.drain()
    assert body(told("payment.received", world.alice)[-1])[0] == (
        "Nous avons reçu 7,25 $ pour la facture 2026-0002, payée avec Visa •••• 4242. Merci."
    )


def test_a_payment_that_comes_after_the_end_goes_to_the_credit_balance_and_says_so(world: World) -> None:
    change = unpaid_change(world)
    payment = attempt(world, change)
    world.pass_time(WEDNESDAY)
    settle(world.report(payment), gateway="demo_card", at=world.now)
    world.drain()
    assert body(told("payment.received", world.alice)[-1])[-1] == (
        "Plus rien n’y était à payer : toute la somme est dans votre solde créditeur, "
        "qui paiera vos prochaines factures."
    )


def test_what_was_paid_beyond_what_was_owed_is_said_to_be_kept(world: World) -> None:
    payment = attempt(world, unpaid_change(world))
    settle(world.report(payment, amount=1_000), gateway="demo_card", at=world.now)
    world.drain()
    assert body(told("payment.received", world.alice)[-1])[-1] == (
        "C’était 2,75 $ de plus que la somme due : cet excédent est dans votre solde créditeur, "
        "qui paiera vos prochaines factures."
    )


def test_a_renewal_without_a_saved_card_asks_to_be_paid(world: World) -> None:
    world.subscribe("web-a")
    assert renewal(world) == [
        "Facture 2026-0002 : 10,35 $",
        "Forfait A, ateliers-boreale.example : le renouvellement est le 14 décembre 2026.",
        "Facture : 2026-0002\nPériode : du 14 décembre 2026 au 14 janvier 2027\n"
        "Total, taxes comprises : 10,35 $\nÀ payer le : 14 décembre 2026",
        "Veuillez la payer d’ici le 14 décembre 2026.",
    ]
    assert "Payer la facture : " in plain(only("period.billed").text)


def test_a_renewal_with_a_saved_card_asks_for_nothing(world: World) -> None:
    world.subscribe("web-a")
    save_card(world)
    assert renewal(world)[-1] == (
        "Elle sera payée le 14 décembre 2026 avec Visa •••• 4242 : vous n’avez rien à faire."
    )
    assert "Voir la facture : " in plain(only("period.billed").text)


@pytest.mark.parametrize(
    ("credit", "card", "said"),
    [
        (2_000, False, "Votre solde créditeur la paiera le 14 décembre 2026 : vous n’avez rien à faire."),
        (
            300,
            True,
            "Le 14 décembre 2026, votre solde créditeur de 3,00 $ et Visa •••• 4242 la paieront : "
            "vous n’avez rien à faire.",
        ),
        (
            300,
            False,
            "Veuillez la payer d’ici le 14 décembre 2026, moins votre solde créditeur de 3,00 $, "
            "qui servira ce jour-là.",
        ),
    ],
)
def test_a_renewal_counts_the_credit_balance(world: World, credit: int, card: bool, said: str) -> None:
    world.subscribe("web-a")
    give_credit(world, credit)
    if card:
        save_card(world)
    assert renewal(world)[-1] == said


def test_a_renewal_billed_again_names_the_invoice_it_replaces(world: World) -> None:
    subscription = world.subscribe("web-a")
    renewal(world)
    world.change(subscription, "web-b")
    again = told("period.billed", world.alice)[-1]
    assert body(again)[:2] == [
        "Forfait B, ateliers-boreale.example : le renouvellement est le 14 décembre 2026.",
        "Cette facture remplace la facture 2026-0002, qui est annulée.",
    ]


def test_a_renewal_that_is_paid_before_it_is_told_asks_for_nothing(world: World) -> None:
    world.subscribe("web-a")
    world.now = SEVEN_DAYS_BEFORE
    rounds.round_of_time(world.now)
    world.pay_all(world.boreale)
    world.drain()
    notice = only("period.billed", world.alice)
    assert body(notice)[-1] == "Elle est déjà payée : vous n’avez rien à faire."
    assert "Voir la facture : " in plain(notice.text)


def test_the_first_period_is_not_told_as_a_renewal(world: World) -> None:
    world.subscribe("web-a")
    assert told("period.billed") == []


def test_a_bill_that_was_replaced_before_it_could_be_told_is_not_told(world: World) -> None:
    subscription = world.subscribe("web-a")
    renewal(world)
    first = Event.objects.get(id=only("period.billed", world.alice).event_id)
    world.change(subscription, "web-b")
    assert period.billed(first, world.house) is None


def test_a_requested_end_says_until_when_it_can_be_withdrawn(world: World) -> None:
    subscription = world.subscribe("web-a")
    end(world, subscription.id, at_renewal=True)
    notice = only("subscription.cancellation_requested", world.alice)
    assert plain(notice.title) == "Annulation demandée : Forfait A, ateliers-boreale.example"
    assert body(notice) == [
        "Comme l’a demandé Alice, ce service prend fin le 14 décembre 2026 et ne sera pas renouvelé. "
        "Il reste actif jusque-là.",
        "Vous pouvez retirer la demande jusqu’à ce jour. Avant qu’il arrive, copiez ce que vous voulez garder.",
    ]


def test_an_end_at_once_is_told_once(world: World) -> None:
    speak(world.alice, "en")
    subscription = world.subscribe("web-a")
    end(world, subscription.id, at_renewal=False)
    assert told("subscription.cancellation_requested") == []
    notice = only("subscription.cancelled", world.alice)
    assert notice.title == "Your service has ended: Plan A, ateliers-boreale.example"
    assert body(notice)[0] == (
        "This service ended on November 23, 2026, as requested. It will not renew and is no longer billed."
    )


def test_a_withdrawn_end_says_what_the_next_renewal_costs(world: World) -> None:
    subscription = world.subscribe("web-a")
    end(world, subscription.id, at_renewal=True)
    withdraw(world.boreale.id, subscription.id, by=Actor("user", world.alice.id), at=world.now)
    world.drain()
    assert body(only("subscription.cancellation_withdrawn", world.alice)) == [
        "Comme l’a demandé Alice, l’annulation est retirée : rien ne change.",
        "Le prochain renouvellement, le 14 décembre 2026, coûtera 10,35 $, taxes comprises.",
    ]


def test_a_changed_password_is_told_with_whom_to_write_to(world: World) -> None:
    subscription = world.subscribe("web-a")
    set_password(world.service(subscription), "Xk9!tulipe-42", by=Actor("user", world.bob.id), at=world.now)
    world.drain()
    notice = only("service.password_changed", world.alice)
    assert plain(notice.title) == "Mot de passe modifié : ateliers-boreale.example"
    assert body(notice) == [
        "Le mot de passe du service ateliers-boreale.example a été modifié le 23 novembre 2026, 10 h, par Bob.",
        "Si personne chez vous ne l’a fait, dites-le-nous sans tarder : "
        "bonjour@hebergement-boreal.example, 418 555-0142.",
    ]


def end(world: World, subscription_id: UUID, *, at_renewal: bool) -> None:
    request_end(
        world.boreale.id,
        subscription_id,
        at_renewal=at_renewal,
        reason="",
        house=world.house,
        by=Actor("user", world.alice.id),
        at=world.now,
    )
    world.drain()
