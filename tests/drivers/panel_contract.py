"""What every panel driver must do, whatever is at the other end (docs/reference/panel-promise).

A driver's test class inherits this one and gives a `bench`: the driver, an account that exists, plans it can have,
and a machine at the other end that misbehaves when it is told to.
"""

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from typing import Protocol

import pytest

from palier.drivers.errors import Busy, DriverError, PanelError, Refused, Unknown
from palier.drivers.panel import Account, Capability, Done, Panel, Target, differences


class OtherEnd(Protocol):
    """The machine. `act_count` counts changes of plan: those it `received`, or those truly `done`."""

    def misbehave(self, how: str) -> None: ...
    def use(self, resource: str, amount: int | None) -> None: ...
    def act_count(self, what: str) -> int: ...


@dataclass
class Bench:
    panel: Panel
    unreachable: Panel
    alice: Account  # on `small`
    nobody: Account  # not on the panel
    small: Target
    big: Target
    other_end: OtherEnd
    secrets: tuple[str, ...]


PASSWORD = "Bouleau-Jaune-1998"
WEAK = "sapin9"

ACTS: dict[str, Callable[[Bench], object]] = {
    "change": lambda bench: bench.panel.change(bench.alice, bench.big, "key"),
    "create": lambda bench: bench.panel.create(bench.nobody, bench.small, PASSWORD, "bob@example.com", "key"),
    "suspend": lambda bench: bench.panel.suspend(bench.alice, "unpaid"),
    "terminate": lambda bench: bench.panel.terminate(bench.alice),
    "set_password": lambda bench: bench.panel.set_password(bench.alice, PASSWORD),
}

READS: dict[str, Callable[[Bench], object]] = {
    "inspect": lambda bench: bench.panel.inspect(bench.alice),
    "preflight": lambda bench: bench.panel.preflight(bench.alice, bench.big),
    "plans": lambda bench: bench.panel.plans(),
    "sign_in_url": lambda bench: bench.panel.sign_in_url(bench.alice),
}


class PanelContract:
    # Looking

    def test_inspect_tells_the_plan_and_every_limit(self, bench: Bench) -> None:
        state = bench.panel.inspect(bench.alice)

        assert (state.plan, dict(state.limits)) == (bench.small.plan, dict(bench.small.limits))
        assert not state.suspended

    def test_usage_has_an_instant_and_an_exactness(self, bench: Bench) -> None:
        bench.other_end.use("disk", 4321)

        disk = bench.panel.inspect(bench.alice).usage["disk"]

        assert (disk.amount, disk.exactness) == (4321, "live")
        assert disk.measured_at is not None and disk.measured_at.tzinfo is UTC

    def test_usage_that_the_panel_cannot_tell_is_unknown_not_zero(self, bench: Bench) -> None:
        bench.other_end.use("databases", None)

        assert bench.panel.inspect(bench.alice).usage["databases"].exactness == "unknown"

    def test_plans_are_named_with_their_limits(self, bench: Bench) -> None:
        plans = bench.panel.plans()

        assert plans[bench.small.plan] == bench.small.limits
        assert plans[bench.big.plan] == bench.big.limits

    def test_an_account_that_is_not_there_is_refused(self, bench: Bench) -> None:
        with pytest.raises(Refused):
            bench.panel.inspect(bench.nobody)

    # Does it fit?

    def test_preflight_names_what_does_not_fit_and_by_how_much(self, bench: Bench) -> None:
        limit = bench.small.limits["mailboxes"]
        bench.other_end.use("mailboxes", limit + 3)

        (misfit,) = bench.panel.preflight(bench.alice, bench.small)

        assert (misfit.resource, misfit.used, misfit.limit, misfit.excess) == (
            "mailboxes",
            limit + 3,
            limit,
            3,
        )

    def test_preflight_finds_nothing_in_the_way_of_what_fits(self, bench: Bench) -> None:
        assert bench.panel.preflight(bench.alice, bench.big) == ()

    # Changing

    def test_a_change_is_confirmed_by_reading_back(self, bench: Bench) -> None:
        assert bench.panel.change(bench.alice, bench.big, "key") == Done()

        assert differences(bench.panel.inspect(bench.alice), bench.big) == ()

    def test_a_change_to_the_same_plan_is_already_so(self, bench: Bench) -> None:
        bench.panel.change(bench.alice, bench.big, "key")

        assert bench.panel.change(bench.alice, bench.big, "key") == Done()

    def test_a_plan_that_the_panel_does_not_know_is_refused_before_anything_is_sent(
        self, bench: Bench
    ) -> None:
        with pytest.raises(Refused):
            bench.panel.change(bench.alice, Target("no-such-plan", {}), "key")

        assert bench.other_end.act_count("received") == 0

    # Already so

    def test_suspending_twice_is_done_twice(self, bench: Bench) -> None:
        assert bench.panel.suspend(bench.alice, "unpaid") == Done()
        assert bench.panel.suspend(bench.alice, "unpaid") == Done()
        assert bench.panel.inspect(bench.alice).suspended

    def test_resuming_twice_is_done_twice(self, bench: Bench) -> None:
        bench.panel.suspend(bench.alice, "unpaid")

        assert bench.panel.resume(bench.alice) == Done()
        assert bench.panel.resume(bench.alice) == Done()
        assert not bench.panel.inspect(bench.alice).suspended

    def test_terminating_twice_is_done_twice(self, bench: Bench) -> None:
        assert bench.panel.terminate(bench.alice) == Done()
        assert bench.panel.terminate(bench.alice) == Done()

    def test_creating_twice_makes_one_account(self, bench: Bench) -> None:
        for _ in range(2):
            created = bench.panel.create(bench.nobody, bench.small, PASSWORD, "bob@example.com", "key")
            assert created == Done()

        assert differences(bench.panel.inspect(bench.nobody), bench.small) == ()

    def test_a_name_that_another_account_has_is_refused(self, bench: Bench) -> None:
        stranger = Account(bench.alice.username, "charlie.example")

        with pytest.raises(Refused):
            bench.panel.create(stranger, bench.small, PASSWORD, "charlie@example.com", "key")

    # The client's own acts

    def test_a_password_is_set(self, bench: Bench) -> None:
        assert bench.panel.set_password(bench.alice, PASSWORD) == Done()

    def test_a_weak_password_is_refused_without_repeating_it(self, bench: Bench) -> None:
        with pytest.raises(Refused) as refusal:
            bench.panel.set_password(bench.alice, WEAK)

        assert WEAK not in everything_said(refusal.value)

    def test_every_sign_in_has_its_own_address(self, bench: Bench) -> None:
        first, second = bench.panel.sign_in_url(bench.alice), bench.panel.sign_in_url(bench.alice)

        assert first.startswith("http") and first != second

    def test_a_driver_of_a_whole_panel_says_that_it_can_do_everything(self, bench: Bench) -> None:
        assert bench.panel.capabilities == frozenset(Capability)

    # A bad day

    def test_a_busy_panel_has_done_nothing(self, bench: Bench) -> None:
        bench.other_end.misbehave("busy")
        with pytest.raises(Busy):
            bench.panel.change(bench.alice, bench.big, "key")

        bench.other_end.misbehave("ok")
        assert bench.panel.inspect(bench.alice).plan == bench.small.plan

    def test_a_refusal_carries_the_panels_own_reason(self, bench: Bench) -> None:
        bench.other_end.misbehave("refuse")

        with pytest.raises(Refused, match="told to refuse"):
            bench.panel.change(bench.alice, bench.big, "key")

    def test_a_panel_that_does_the_work_and_goes_silent_leaves_us_not_knowing(self, bench: Bench) -> None:
        bench.other_end.misbehave("timeout_after_doing")
        with pytest.raises(Unknown):
            bench.panel.change(bench.alice, bench.big, "key")

        bench.other_end.misbehave("ok")
        assert differences(bench.panel.inspect(bench.alice), bench.big) == ()
        assert bench.other_end.act_count("done") == 1

    def test_a_lie_is_found_by_reading_back(self, bench: Bench) -> None:
        bench.other_end.misbehave("lie")

        assert bench.panel.change(bench.alice, bench.big, "key") == Done()

        wrong = differences(bench.panel.inspect(bench.alice), bench.big)
        assert (wrong[0].what, wrong[0].wanted, wrong[0].found) == ("plan", bench.big.plan, bench.small.plan)

    def test_half_a_change_is_found_by_reading_back(self, bench: Bench) -> None:
        bench.other_end.misbehave("half")

        assert bench.panel.change(bench.alice, bench.big, "key") == Done()

        wrong = differences(bench.panel.inspect(bench.alice), bench.big)
        assert wrong and "plan" not in {difference.what for difference in wrong}

    def test_half_a_change_is_completed_by_asking_again(self, bench: Bench) -> None:
        bench.other_end.misbehave("half")
        bench.panel.change(bench.alice, bench.big, "key")
        bench.other_end.misbehave("ok")

        bench.panel.change(bench.alice, bench.big, "key")

        assert differences(bench.panel.inspect(bench.alice), bench.big) == ()

    @pytest.mark.parametrize("verb", [*READS, *ACTS])
    def test_a_panel_that_hangs_up_is_never_a_refusal(self, bench: Bench, verb: str) -> None:
        bench.other_end.misbehave("down")

        with pytest.raises((Busy, Unknown)):
            (READS | ACTS)[verb](bench)

    @pytest.mark.parametrize("verb", READS)
    def test_looking_is_never_unknown(self, bench: Bench, verb: str) -> None:
        bench.other_end.misbehave("down")

        with pytest.raises(Busy):
            READS[verb](bench)

    def test_a_panel_that_is_not_there_is_busy_because_nothing_was_sent(self, bench: Bench) -> None:
        with pytest.raises(Busy):
            bench.unreachable.suspend(bench.alice, "unpaid")

    @pytest.mark.parametrize("how", ["busy", "down", "refuse", "timeout_after_doing"])
    @pytest.mark.parametrize("verb", ACTS)
    def test_no_error_holds_a_secret(self, bench: Bench, verb: str, how: str) -> None:
        bench.other_end.misbehave(how)

        with pytest.raises(PanelError) as error:
            ACTS[verb](bench)

        said = everything_said(error.value)
        assert not [secret for secret in (*bench.secrets, PASSWORD) if secret in said]


def everything_said(error: DriverError) -> str:
    """All that a careless log could write of an error, the errors behind it and what they hold."""
    said = [repr(error), str(error), *traceback.format_exception(error)]
    behind: BaseException | None = error
    while behind is not None:
        said += [repr(value) for value in vars(behind).values()]
        request = getattr(behind, "_request", None)
        if request is not None:
            said.append(f"{request.headers.raw} {request.content!r}")
        behind = behind.__cause__ or behind.__context__
    return "\n".join(said)
