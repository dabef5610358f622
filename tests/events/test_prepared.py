"""A query that is built once answers every time as if it had been built anew."""

import threading
from datetime import date
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import QuerySet

from palier.events.prepared import only_one, prepared
from palier.people.models import Customer
from palier.plan_changes import facts
from palier.plan_changes.standing import standing_of, standings
from palier.provisioning.models import Service
from palier.subscriptions.queries import periods_billed
from tests.world import World

pytestmark = pytest.mark.django_db


@prepared
def customers(customer_id: UUID) -> QuerySet[Customer]:
    return Customer.objects.filter(id=customer_id)


def test_each_asking_has_its_own_arguments(world: World) -> None:
    assert [customers(one.id)[0].name for one in (world.boreale, world.stranger, world.boreale)] == [
        "Ateliers Boréale inc.",
        "Charlie Tremblay",
        "Ateliers Boréale inc.",
    ]


def test_it_finds_what_was_written_since(world: World) -> None:
    assert customers(world.boreale.id)[0].name == "Ateliers Boréale inc."
    Customer.objects.filter(id=world.boreale.id).update(name="Boréale")
    assert customers(world.boreale.id)[0].name == "Boréale"


def test_related_rows_and_annotations_are_those_of_the_query(world: World) -> None:
    mine, theirs = world.subscribe(), world.subscribe(customer=world.stranger, account="charlie")
    for subscription in (mine, theirs):
        found = standing_of(subscription.customer_id, subscription.id)
        plain = standings(subscription.customer_id).get(subscription_id=subscription.id)
        assert found.service == plain and found.subscription == subscription
        assert found.service.subscription.customer == subscription.customer
        assert found.paid_until_on == plain.paid_until_on


def test_it_is_asked_for_a_day_too(world: World) -> None:
    subscription = world.subscribe()
    for on in (date(2026, 11, 20), date(2026, 12, 20)):
        asked = facts._periods(world.boreale.id, subscription.id, on)
        assert asked == list(periods_billed(world.boreale.id, subscription.id, on))


def test_another_thread_asks_on_its_own_connection(world: World) -> None:
    customers(world.boreale.id)
    seen: list[object] = []

    def ask() -> None:
        seen.extend(customers(world.boreale.id))
        seen.append(connection.connection)
        connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert seen[-1] is not connection.connection


def test_an_argument_that_decides_otherwise_is_refused(world: World) -> None:
    @prepared
    def by_name(name: str) -> QuerySet[Customer]:
        return Customer.objects.filter(name=name)

    @prepared
    def unused(customer_id: UUID) -> QuerySet[Customer]:
        return Customer.objects.all()

    with pytest.raises(TypeError, match="cannot be marked"):
        by_name("Boréale")
    with pytest.raises(TypeError, match="does not compare"):
        unused(world.boreale.id)


def test_nothing_found_is_said_as_a_query_would(world: World) -> None:
    with pytest.raises(Service.DoesNotExist):
        only_one([], Service)
