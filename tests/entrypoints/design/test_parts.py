import pytest

from palier.entrypoints.design.parts import Gauge


@pytest.mark.parametrize(
    ("used", "limit", "state", "percent"),
    [
        (4, 10, "room", 40),
        (8, 10, "near", 80),
        (10, 10, "full", 100),
        (12, 10, "over", 100),
        (12, None, "unlimited", 0),
        (None, 10, "unknown", 0),
        (0, 0, "full", 0),
        (1, 0, "over", 100),
    ],
)
def test_a_gauge_tells_how_near_its_limit_it_is(
    used: int | None, limit: int | None, state: str, percent: int
) -> None:
    gauge = Gauge("Mailboxes", "count", used, limit)
    assert (gauge.state, gauge.percent) == (state, percent)
