"""Building the demo's world again."""

from datetime import UTC, datetime, timedelta

import pytest

from palier.billing.models import PaymentMethod
from palier.books import violations
from palier.catalog import snapshot
from palier.entrypoints.demo import world
from palier.entrypoints.demo.card_control import CardControl
from palier.entrypoints.demo.panel_control import PanelControl
from palier.events import clock
from palier.people.models import User
from palier.plan_changes.models import PlanChange
from palier.provisioning.apply_catalogue import apply_catalogue
from tests.world import CATALOGUE


@pytest.mark.django_db
def test_building_twice_is_harmless(machines, monkeypatch):
    User.objects.create_user("someone@example.com", name="Someone")
    monkeypatch.setattr(world, "play", lambda stage: pytest.fail("it was built again"))
    world.build()
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_building_anew_forgets_everything_but_goes_on_counting_the_catalogue(
    machines, panel: PanelControl, card: CardControl, mail_directory
):
    apply_catalogue(CATALOGUE, clock.now())
    first = snapshot.version()
    stranger = User.objects.create_user("stranger@example.com", name="Stranger")
    clock.advance(timedelta(days=30))
    panel.set_mode("lie")
    (mail_directory / "1.eml").write_text("Old letter")
    world.rebuild()
    assert not User.objects.filter(id=stranger.id).exists()
    assert snapshot.version() == first + 1
    assert snapshot.current().version == first + 1
    assert panel.state()["mode"]["mode"] == "ok"
    assert list(mail_directory.iterdir()) == []
    assert violations() == []
    assert clock.offset() == timedelta(0)
    assert PaymentMethod.objects.count() > 5


@pytest.mark.django_db(transaction=True)
def test_a_world_that_cannot_be_built_leaves_the_old_one(machines, monkeypatch):
    someone = User.objects.create_user("someone@example.com", name="Someone")
    monkeypatch.setattr(world, "play", lambda stage: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        world.rebuild()
    assert User.objects.filter(id=someone.id).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("now", [datetime(2028, 2, 29, 15, 0, tzinfo=UTC)], ids=str)
def test_the_world_can_be_built_on_an_awkward_day_too(machines, now):
    world.build(now)
    assert violations() == []
    states = sorted(PlanChange.objects.values_list("state", flat=True))
    assert states == ["done"] * 3 + ["needs_person"] * 3 + ["reversed", "scheduled"]
