"""What a member reads of what was written to them."""

from datetime import timedelta

import pytest

from palier.notices.mark_read import mark_read
from palier.notices.models import Notice
from palier.notices.queries import notice_of, notices_of, unread_count
from tests.notices.told import speak
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def life(world: World) -> World:
    """Alice was told of two payments and of a change that is done; Charlie of a payment of his own."""
    world.change(world.subscribe("web-a"), "web-b")
    world.subscribe("web-a", customer=world.stranger, account="charlie", label="charlie.example")
    return world


def test_a_member_reads_their_own_newest_first(life: World) -> None:
    kinds = [notice.kind for notice in notices_of(life.boreale.id, life.alice.id)]
    assert kinds == ["plan_change.done", "payment.received", "payment.received"]


def test_a_list_does_not_read_the_texts(life: World) -> None:
    first = notices_of(life.boreale.id, life.alice.id)[0]
    assert first.get_deferred_fields() == {"text", "html"}


@pytest.mark.parametrize("who", ["bob", "charlie", "dana"])
def test_nobody_else_reads_it(life: World, who: str) -> None:
    notice = Notice.objects.filter(user=life.alice).first()
    assert notice is not None
    user = getattr(life, who)
    with pytest.raises(Notice.DoesNotExist):
        notice_of(life.boreale.id, user.id, notice.id)
    mark_read(life.boreale.id, user.id, notice.id, at=life.now)
    notice.refresh_from_db()
    assert notice.read_at is None


def test_it_is_not_read_for_another_customer(life: World) -> None:
    notice = Notice.objects.filter(user=life.alice).first()
    assert notice is not None
    with pytest.raises(Notice.DoesNotExist):
        notice_of(life.stranger.id, life.alice.id, notice.id)


def test_reading_counts_once(life: World) -> None:
    notice = notices_of(life.boreale.id, life.alice.id)[0]
    assert unread_count(life.boreale.id, life.alice.id) == 3
    mark_read(life.boreale.id, life.alice.id, notice.id, at=life.now)
    mark_read(life.boreale.id, life.alice.id, notice.id, at=life.now + timedelta(days=1))
    assert notice_of(life.boreale.id, life.alice.id, notice.id).read_at == life.now
    assert unread_count(life.boreale.id, life.alice.id) == 2


def test_what_was_written_stays_in_its_language(life: World) -> None:
    speak(life.alice, "en")
    assert notices_of(life.boreale.id, life.alice.id)[0].title.startswith("Votre service")
