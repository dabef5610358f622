"""Who is signed in, and for whom they may act."""

from typing import Any

import pytest
from django.contrib.auth import authenticate

from palier.people.models import Member, User
from palier.people.sign_in import SignIn, place_with, places_of
from tests.world import World

pytestmark = pytest.mark.django_db


def test_a_session_brings_a_person_with_their_places_in_one_statement(
    world: World, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        user = SignIn().get_user(world.alice.id)
        assert user is not None
        (place,) = places_of(user)
        assert (place.customer.name, place.role, place.user) == ("Ateliers Boréale inc.", "owner", user)


def test_staff_have_no_place_and_are_still_known(world: World) -> None:
    user = SignIn().get_user(world.dana.id)
    assert user == world.dana and places_of(user) == ()


def test_someone_who_was_shut_out_is_nobody(world: World) -> None:
    User.objects.filter(id=world.alice.id).update(is_active=False)
    assert SignIn().get_user(world.alice.id) is None


def test_a_place_with_a_customer_is_theirs_only(world: World) -> None:
    Member.objects.create(customer=world.stranger, user=world.alice, role="reader")
    user = SignIn().get_user(world.alice.id)
    assert user is not None
    assert [place.customer for place in places_of(user)] == [world.boreale, world.stranger]
    place = place_with(user, world.stranger.id)
    assert place is not None and place.role == "reader"
    assert place_with(world.bob, world.stranger.id) is None


def test_signing_in_takes_an_email_and_a_password(world: World) -> None:
    assert authenticate(None, email="ALICE@example.com", password="correct horse battery") == world.alice
    assert authenticate(None, email="alice@example.com", password="wrong") is None
