"""The host's own people."""

from collections.abc import Iterator
from datetime import datetime

from palier.entrypoints.demo.world.cast import DANA, EMILE
from palier.entrypoints.demo.world.stage import Stage


def hired(stage: Stage) -> Iterator[datetime]:
    yield stage.moments.days_ago(105, "09:00")
    stage.user(DANA, is_staff=True)
    stage.user(EMILE, is_staff=True)


STORIES = (hired,)
