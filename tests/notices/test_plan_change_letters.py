"""What people are told of a plan change, word for word."""

from datetime import UTC, datetime

import pytest

from palier.core import postings
from palier.events.keys import new_id
from palier.events.record import Actor
from palier.ledger.post import Entry, post
from palier.plan_changes.by_person import finish_by_person, retry, undo_by_person
from palier.plan_changes.undo import cancel
from palier.provisioning.inspect import inspect
from tests.notices.told import body, only, plain, speak, told
from tests.plan_changes.rules import set_policies
from tests.world import World

pytestmark = pytest.mark.django_db

THURSDAY = datetime(2026, 11, 26, 15, 0, tzinfo=UTC)


def give_credit(world: World, amount: int) -> None:
    entry = Entry("goodwill", ("goodwill", new_id()), postings.goodwill_given(amount))
    post([entry], customer_id=world.boreale.id, currency="CAD", on=world.now.date(), at=world.now)


def test_fully_operational_in_french(world: World) -> None:
    world.change(world.subscribe("web-a"), "web-b")
    notice = only("plan_change.done", world.alice)
    assert plain(notice.title) == (
        "Votre service est pleinement opérationnel : Forfait B, ateliers-boreale.example"
    )
    assert body(notice) == [
        "Votre passage du Forfait A au Forfait B est fait : depuis le 23 novembre 2026, 10 h, "
        "le service ateliers-boreale.example est pleinement opérationnel.",
        "Le prochain renouvellement, le 14 décembre 2026, coûtera 20,70 $, taxes comprises.",
    ]


def test_fully_operational_in_english(world: World) -> None:
    speak(world.alice, "en")
    world.change(world.subscribe("web-a"), "web-b")
    notice = only("plan_change.done", world.alice)
    assert notice.title == "Your service is fully operational: Plan B, ateliers-boreale.example"
    assert body(notice) == [
        "Your move from Plan A to Plan B is done: since November 23, 2026, 10 am, "
        "the service ateliers-boreale.example is fully operational.",
        "The next renewal, on December 14, 2026, will cost $20.70, taxes included.",
    ]


def test_a_change_of_cycle_is_no_move_to_another_level(world: World) -> None:
    speak(world.alice, "en")
    world.change(world.subscribe("web-a"), "web-a", "yearly")
    assert body(only("plan_change.done", world.alice)) == [
        "The change of your Plan A is done: since November 23, 2026, 10 am, "
        "the service ateliers-boreale.example is fully operational.",
        "The next renewal, on November 23, 2027, will cost $103.48, taxes included.",
    ]


def test_our_team_in_french_with_the_catalogues_reason_and_the_promised_time(world: World) -> None:
    world.change(world.subscribe("web-d"), "vps-2")
    notice = only("plan_change.needs_person", world.alice)
    assert plain(notice.title) == "Notre équipe prépare votre passage au Serveur privé 2"
    assert body(notice) == [
        "Votre passage du Forfait D au Serveur privé 2, pour ateliers-boreale.example, "
        "demande l’intervention de notre équipe.",
        "Notre équipe déménage vos sites, vos bases de données et vos courriels vers votre serveur.",
        "Ce sera prêt au plus tard mardi 24 nov., 10 h.",
        "Vous n’avez rien à faire : un autre message vous dira quand votre service sera pleinement opérationnel.",
    ]


def test_our_team_in_english(world: World) -> None:
    speak(world.alice, "en")
    world.change(world.subscribe("web-d"), "vps-2")
    notice = only("plan_change.needs_person", world.alice)
    assert notice.title == "Our team is preparing your move to Private Server 2"
    assert body(notice) == [
        "Your move from Plan D to Private Server 2, for ateliers-boreale.example, needs our team.",
        "Our team moves your sites, your databases and your mail to your server.",
        "It will be ready by Tuesday, Nov 24, 10 am.",
        "You have nothing to do: another message will tell you when your service is fully operational.",
    ]


def test_a_panel_that_lies_is_told_in_the_clients_words(world: World) -> None:
    subscription = world.subscribe("web-a")
    world.panel.set_mode("lie")
    world.change(subscription, "web-b")
    assert (
        "Le serveur a répondu, mais le changement ne s’y voit pas."
        in only("plan_change.needs_person", world.alice).text
    )


def test_a_change_that_comes_back_to_the_queue_is_not_told_again(world: World) -> None:
    subscription = world.subscribe("web-a")
    world.panel.set_mode("lie")
    change = world.change(subscription, "web-b")
    retry(world.boreale.id, change.id, house=world.house, by=world.dana, at=world.now)
    world.drain()
    change.refresh_from_db()
    assert change.state == "needs_person"
    assert len(told("plan_change.needs_person", world.alice)) == 1


def test_usage_that_outgrew_the_level_is_told_with_its_numbers(world: World) -> None:
    subscription = world.subscribe("web-b")
    change = world.accept(subscription, world.offer(subscription, "web-a", at_renewal=False))
    world.panel.set_usage("boreale", disk=12_698)
    world.drain()
    change.refresh_from_db()
    assert change.reason == "does_not_fit"
    assert body(only("plan_change.needs_person", world.alice))[1:] == [
        "Votre utilisation a dépassé ce que ce niveau contient.",
        "- Espace disque : utilisation de 12,4 Go, limite de 10 Go, soit 2,5 Go de trop",
        "Ce sera prêt au plus tard mardi 24 nov., 10 h.",
        "Libérez ce qui est de trop et notre équipe fera le changement ; "
        "ou demandez-nous de l’annuler : ce que vous avez payé vous revient.",
    ]


def test_usage_that_nobody_could_measure_is_told_with_a_time_and_nothing_to_do(world: World) -> None:
    set_policies(unknown_usage="ask_person")
    subscription = world.subscribe("web-a")
    world.panel.set_usage("boreale", disk=None)
    inspect(world.service(subscription), world.now)
    world.change(subscription, "web-b")
    assert body(only("plan_change.needs_person", world.alice))[1:] == [
        "Votre utilisation n’a pas pu être mesurée : notre équipe vérifie si elle tient.",
        "- Espace disque : utilisation inconnue, limite de 25 Go",
        "Ce sera prêt au plus tard mardi 24 nov., 10 h.",
        "Vous n’avez rien à faire : un autre message vous dira quand votre service sera pleinement opérationnel.",
    ]


def test_days_that_were_late_are_given_back_with_the_reason(world: World) -> None:
    change = world.change(world.subscribe("web-d"), "vps-2")
    finish_by_person(world.boreale.id, change.id, house=world.house, by=world.dana, at=THURSDAY)
    world.drain()
    assert body(only("plan_change.done", world.alice))[1] == (
        "Il a été prêt plus tard que prévu au devis : 3,45 $ sont revenus dans votre solde créditeur "
        "(note de crédit NC-2026-0001)."
    )


def test_a_change_nobody_paid_expires_and_nothing_is_owed(world: World) -> None:
    subscription = world.subscribe("web-a")
    give_credit(world, 340)
    world.accept(subscription, world.offer(subscription, "web-b"))
    world.pass_time(THURSDAY)
    notice = only("plan_change.expired", world.alice)
    assert plain(notice.title) == "Votre passage au Forfait B n’a pas été payé à temps"
    assert body(notice) == [
        "Votre passage du Forfait A au Forfait B, pour ateliers-boreale.example, n’a pas été payé à temps : "
        "il n’aura pas lieu.",
        "Rien n’est plus à payer : la facture 2026-0002 est annulée par la note de crédit NC-2026-0001.",
        "Les 3,40 $ qu’il avait pris dans votre solde créditeur y sont revenus.",
        "Votre service reste tel qu’il était. Vous pouvez redemander ce changement quand vous voudrez.",
    ]


def test_a_change_that_a_client_cancels_names_who_asked(world: World) -> None:
    subscription = world.subscribe("web-b")
    change = world.change(subscription, "web-a")
    by = Actor("user", world.alice.id)
    cancel(world.boreale.id, change.id, house=world.house, at=world.now, by=by)
    world.drain()
    notice = only("plan_change.cancelled", world.alice)
    assert plain(notice.title) == "Votre passage au Forfait A est annulé"
    assert body(notice) == [
        "Comme l’a demandé Alice, votre passage du Forfait B au Forfait A, pour ateliers-boreale.example, "
        "n’aura pas lieu.",
        "Votre service reste tel qu’il était.",
    ]


def test_a_planned_change_that_no_longer_fits_says_what_to_free(world: World) -> None:
    subscription = world.subscribe("web-b")
    world.change(subscription, "web-a")
    world.panel.set_usage("boreale", disk=12_698)
    world.pass_time(datetime(2026, 11, 30, 16, 0, tzinfo=UTC))
    notice = only("plan_change.cancelled", world.alice)
    assert plain(notice.title) == "Votre passage au Forfait A ne peut pas avoir lieu"
    assert body(notice) == [
        "Votre passage du Forfait B au Forfait A était prévu le 14 décembre 2026, "
        "mais l’utilisation du service ateliers-boreale.example ne tient plus dans ce niveau.",
        "- Vous utilisez 12,4 Go d’espace disque ; ce niveau contient 10 Go. Libérez 2,5 Go pour le choisir : "
        "anciennes sauvegardes, messages et fichiers dont vous n’avez plus besoin.",
        "Votre service reste tel qu’il était. Pour changer quand même, libérez ce qu’il faut et refaites la demande.",
        "Le prochain renouvellement, le 14 décembre 2026, coûtera 20,70 $, taxes comprises.",
    ]


def test_an_undone_change_says_where_the_money_went_and_what_staff_said(world: World) -> None:
    speak(world.alice, "en")
    change = world.change(world.subscribe("web-d"), "vps-2")
    undo_by_person(
        world.boreale.id, change.id, house=world.house, by=world.dana, at=world.now,
        sentence="Your sites use a module that the server does not have.",
    )  # fmt: skip
    world.drain()
    notice = only("plan_change.reversed", world.alice)
    assert notice.title == "Your move to Private Server 2 is undone"
    assert body(notice) == [
        "Your move from Plan D to Private Server 2, for ateliers-boreale.example, is undone. "
        "Our team could not make this change.",
        "Your sites use a module that the server does not have.",
        "$24.14 are in your credit balance, which will pay your next invoices.",
        "Your proof is credit note NC-2026-0001.",
        "Your service stays as it was.",
    ]


def test_money_that_goes_back_to_a_card_is_said_to_be_on_its_way(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("palier.plan_changes.by_person.send_refund", lambda refund, at: None)
    change = world.change(world.subscribe("web-d"), "vps-2")
    undo_by_person(
        world.boreale.id, change.id, house=world.house, by=world.dana, at=world.now, return_to="card"
    )
    world.drain()
    said = body(only("plan_change.reversed", world.alice))
    assert "24,14 $ sont en route vers votre moyen de paiement." in said
    assert not any("solde créditeur" in paragraph for paragraph in said)


def test_a_change_that_a_client_takes_back_after_paying_names_who_asked(world: World) -> None:
    subscription = world.subscribe("web-d")
    change = world.change(subscription, "vps-2")
    by = Actor("user", world.alice.id)
    cancel(world.boreale.id, change.id, house=world.house, at=world.now, by=by)
    world.drain()
    notice = only("plan_change.reversed", world.alice)
    assert plain(notice.title) == "Votre passage au Serveur privé 2 est annulé"
    assert body(notice)[0] == (
        "Comme l’a demandé Alice, votre passage du Forfait D au Serveur privé 2, "
        "pour ateliers-boreale.example, est annulé."
    )


def test_a_change_that_cost_nothing_is_not_said_to_be_paid_back(world: World) -> None:
    world.panel.set_mode("refuse")
    change = world.change(world.subscribe("web-b"), "web-a", at_renewal=False)
    undo_by_person(world.boreale.id, change.id, house=world.house, by=world.dana, at=world.now)
    world.drain()
    notice = only("plan_change.reversed", world.alice)
    assert plain(notice.title) == "Votre passage au Forfait A est annulé"
    assert not any("solde créditeur" in paragraph for paragraph in body(notice))
