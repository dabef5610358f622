"""Lives of years go through the product's own clock: the one that `palier clock` moves."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from palier.entrypoints.batch.rounds import round_of_day
from palier.events import clock
from palier.events.models import ClockOffset
from tests.catalogs.files import Change, demo
from tests.machines import PANEL_TOKEN, Machine, panel_control
from tests.world import World, build, point_at

A_WEEK = timedelta(days=7)


@dataclass
class Years:
    """A world whose business time is the clock's, while real time stands still."""

    world: World

    def go_to(self, at: datetime) -> None:
        """The clock jumps: what falls due on the way has its day with the next round."""
        clock.advance(at - clock.now())
        self.world.now = clock.now()

    def live(self, until: datetime) -> None:
        """The clock goes on with a round a week, in which falls due all that did since, and what is owed is paid."""
        clock.let_pass(until - clock.now())
        while clock.go_on(A_WEEK):
            self.world.now = clock.now()
            round_of_day(self.world.now)
            self.world.drain()
            self.world.pay_all(self.world.boreale)
            self.world.drain()
        assert self.world.now == until == clock.now()


@pytest.fixture
def years(panel_machine: Machine, monkeypatch: pytest.MonkeyPatch, db: None) -> Callable[..., Years]:
    """Years from 23 November 2026, with something else written in the host's catalogue."""

    def begin(*changes: Change, currency: str = "CAD") -> Years:
        point_at(panel_machine.url, PANEL_TOKEN)
        world = build(panel_control(panel_machine), demo(*changes, currency=currency))
        begins_at = world.now
        monkeypatch.setattr(clock, "real_now", lambda: begins_at)
        assert not ClockOffset.objects.exists()
        return Years(world)

    return begin
