"""Saved payment methods: add one on the gateway's page, choose the default, let one go; and who may."""

from typing import Any

import pytest

from palier.billing.models import MethodSetup, Payment, PaymentMethod
from palier.drivers.gateways.bank_transfer import written
from palier.entrypoints.demo.card_control import CardControl
from palier.people.seal import sealed, unsealed
from palier.plan_changes.models import PlanChange
from tests.entrypoints.client_area.conftest import Browser, Till
from tests.world import World

pytestmark = pytest.mark.django_db


def method(world: World, label: str, **how: Any) -> PaymentMethod:
    return PaymentMethod.objects.create(
        customer=world.boreale, gateway="demo_card", label=label, token=sealed(f"card_{label}"), **how
    )


def said(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_card_is_saved_on_the_gateways_page_without_paying(
    world: World, alice: Browser, till: Till
) -> None:
    answer = alice.post("add_method", "demo_card")
    till.decide(answer, "approve")
    setup = MethodSetup.objects.get()
    assert "We are waiting to hear" in said(alice.get("method_saved", setup.id))

    assert till.deliver() == [200]
    assert till.deliver() == [200]  # once more

    page = said(alice.get("method_saved", setup.id))
    assert "Visa •••• 4242" in page and "We are waiting to hear" not in page
    saved = PaymentMethod.objects.get()
    assert saved.is_default and unsealed(saved.token).startswith("card_")
    assert Payment.objects.count() == 0


def test_a_client_who_goes_back_has_saved_nothing(alice: Browser, till: Till) -> None:
    till.decide(alice.post("add_method", "demo_card"), "cancel")

    assert "No card is saved" in said(alice.get("methods"))


def test_one_is_chosen_for_renewals(world: World, alice: Browser, card: CardControl) -> None:
    first, second = method(world, "One", is_default=True), method(world, "Two")

    alice.post("default_method", second.id)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.is_default, second.is_default) == (False, True)


def test_letting_one_go_says_what_it_means_and_the_next_takes_its_place(
    world: World, alice: Browser, card: CardControl
) -> None:
    card.keep_method("card_One")
    first, second = method(world, "One", is_default=True), method(world, "Two")

    assert "Your renewals will be charged to Two." in said(alice.get("remove_method", first.id))
    assert PaymentMethod.objects.filter(removed_at=None).count() == 2

    alice.post("remove_method", first.id)

    second.refresh_from_db()
    assert second.is_default
    assert "card_One" not in card.state()["methods"]
    assert alice.get("remove_method", first.id).status_code == 404


def test_the_last_one_may_go_too(world: World, alice: Browser, card: CardControl) -> None:
    only = method(world, "One", is_default=True)

    assert "you will pay your renewals from the invoice" in said(alice.get("remove_method", only.id))
    alice.post("remove_method", only.id)

    assert "No card is saved" in said(alice.get("methods"))


def test_who_may_not_pay_sees_them_and_changes_nothing(
    world: World, browser_of: Any, card: CardControl
) -> None:
    only = method(world, "One", is_default=True)
    bob = browser_of(world.bob)

    page = said(bob.get("methods"))
    assert "One" in page and "Add a card" not in page
    for view, key in (("remove_method", only.id), ("default_method", only.id), ("add_method", "demo_card")):
        assert bob.post(view, key).status_code == 403


def test_a_strangers_card_is_not_found(world: World, browser_of: Any, card: CardControl) -> None:
    only = method(world, "One", is_default=True)
    charlie = browser_of(world.charlie)

    for view in ("remove_method", "default_method"):
        assert charlie.post(view, only.id).status_code == 404


def test_a_client_may_choose_to_transfer_and_is_told_how(
    world: World, alice: Browser, card: CardControl, settings: Any
) -> None:
    settings.GATEWAYS = {
        **settings.GATEWAYS,
        "transfer": {"driver": "bank_transfer", "account": "Hébergement Boréal\nFolio 1234567"},
    }
    subscription = world.subscribe("web-a")
    page = alice.check(subscription.id, "web-b")
    assert "By bank transfer" in said(page)

    answer = alice.press(page, subscription.id, method="transfer")
    world.drain()

    told = said(alice.client.get(answer.headers["Location"]))
    payment = Payment.objects.get(state="awaiting_transfer")
    assert written(payment.reference or "") in told
    assert "Folio 1234567" in told and "$7.25" in told
    assert PlanChange.objects.get().state == "awaiting_payment"


def test_the_gateways_page_speaks_the_language_of_the_client_not_of_the_invoice(
    world: World, alice: Browser, card: CardControl, till: Till
) -> None:
    subscription = world.subscribe("web-a")
    alice.press(alice.check(subscription.id, "web-b"), subscription.id)

    payment = Payment.objects.get(state="needs_action")
    assert (payment.language, payment.invoice.language) == ("en", "fr")
    assert [charge["language"] for charge in card.state()["charges"].values()] == ["en"]
