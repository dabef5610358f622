from datetime import UTC, datetime

from palier.core.fit import Exactness, Measure, Misfit, misfits

THIS_MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
GB = 1024


def measured(amount: int, exactness: Exactness = "live") -> Measure:
    return Measure(amount, THIS_MORNING, exactness)


def test_12_4_gb_do_not_fit_into_10() -> None:
    used = 12 * GB + 410
    assert misfits({"disk": measured(used)}, {"disk": 10 * GB}) == (
        Misfit("disk", used=used, limit=10 * GB, excess=2 * GB + 410),
    )


def test_exactly_full_fits() -> None:
    assert misfits({"disk": measured(10 * GB), "sites": measured(0)}, {"disk": 10 * GB, "sites": 0}) == ()


def test_a_missing_limit_is_unlimited() -> None:
    assert misfits({"disk": measured(10**9), "mailboxes": measured(500)}, {"mailboxes": 500}) == ()


def test_every_misfit_is_told_in_the_order_of_the_limits() -> None:
    usage = {"disk": measured(5), "mailboxes": measured(9), "sites": measured(2)}
    found = misfits(usage, {"sites": 1, "mailboxes": 10, "disk": 4})
    assert [(misfit.resource, misfit.excess) for misfit in found] == [("sites", 1), ("disk", 1)]


def test_a_sampled_measure_counts_as_a_measure() -> None:
    assert misfits({"disk": measured(5, "sampled")}, {"disk": 5}) == ()
    assert misfits({"disk": measured(6, "sampled")}, {"disk": 5})[0].excess == 1


def test_unknown_usage_of_a_limited_resource_is_an_obstacle_of_its_own() -> None:
    unknown = Measure(0, None, "unknown")
    assert misfits({"disk": unknown}, {"disk": 10, "sites": 3}) == (
        Misfit("disk", used=None, limit=10, excess=None, why="unknown"),
        Misfit("sites", used=None, limit=3, excess=None, why="unknown"),
    )
    assert all(misfit.is_unknown for misfit in misfits({"disk": unknown}, {"disk": 10}))
    assert misfits({"disk": unknown}, {}) == ()
