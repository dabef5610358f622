from datetime import UTC, datetime

from palier.core.fit import Exactness, Machine, Measure, Misfit, misfits, that_stop

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


def test_the_room_that_must_stay_free_counts_and_is_told_apart_from_what_is_used() -> None:
    machine = Machine(room={"disk": GB})
    assert misfits({"disk": measured(9 * GB)}, {"disk": 10 * GB}, machine) == ()
    assert misfits({"disk": measured(9 * GB + 1)}, {"disk": 10 * GB}, machine) == (
        Misfit("disk", used=9 * GB + 1, limit=10 * GB, excess=1, room=GB),
    )


def test_what_cannot_shrink_is_in_the_way_however_little_is_used() -> None:
    machine = Machine(holds={"disk": 40 * GB, "memory": 4 * GB}, grows_only=frozenset({"disk"}))
    usage = {"disk": measured(1), "memory": measured(1)}
    assert misfits(usage, {"disk": 25 * GB, "memory": 2 * GB}, machine) == (
        Misfit("disk", used=40 * GB, limit=25 * GB, excess=15 * GB, why="cannot_shrink"),
    )
    assert misfits(usage, {"disk": 40 * GB, "memory": 2 * GB}, machine) == ()


def test_what_is_in_a_disk_that_stays_as_big_need_not_be_known() -> None:
    machine = Machine(holds={"disk": 10 * GB}, grows_only=frozenset({"disk"}))

    assert misfits({"disk": measured(0, "unknown")}, {"disk": 10 * GB}, machine) == ()
    assert misfits({}, {"disk": 20 * GB}, machine) == ()
    (unknown,) = misfits({}, {"disk": 20 * GB}, Machine(grows_only=frozenset({"disk"})))
    assert unknown.is_unknown


def test_what_has_no_limit_yet_and_cannot_shrink_is_held_against_its_use() -> None:
    machine = Machine(grows_only=frozenset({"disk"}))
    assert misfits({"disk": measured(GB)}, {"disk": 10 * GB}, machine) == ()


def test_only_a_policy_that_warns_lets_the_unknown_pass() -> None:
    found = misfits({"disk": measured(2)}, {"disk": 1, "sites": 1})
    assert that_stop(found, "refuse") == that_stop(found, "ask_person") == found
    assert [misfit.resource for misfit in that_stop(found, "warn")] == ["disk"]
