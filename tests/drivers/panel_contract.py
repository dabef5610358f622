"""What every panel driver must do, whatever is at the other end (docs/reference/panel-promise).

A driver's test class inherits one of these and gives a `bench`: the driver, an account that exists, plans it can
have, and the machine at the other end. `PanelContract` is what holds on good days, of real machines too;
`PanelOnBadDays` adds those of a stand-in that misbehaves when it is told to. A verb that the driver leaves out of its
capabilities is held to refusing.
"""

import functools
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Protocol

import pytest

from palier.drivers.errors import Busy, DriverError, NotThere, PanelError, Refused, Unknown
from palier.drivers.panel import Account, Capability, Done, Outcome, Panel, Pending, Target, differences


class OtherEnd(Protocol):
    """The machine. `act_count` counts changes of plan: those it `received`, or those truly `done`.

    It can be `ok`, `busy`, `down` (hangs up), `refuse` (in the words "told to refuse", the way this system says no,
    be it with status 200), `sign_in_page` (HTML, status 200), `timeout_after_doing`, `lie` (success that changed
    nothing), `half` (not all of the limits), and, where the machine works on things, `fails_later`.
    """

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
    measured: str = "disk"  # a resource that is measured live, in an amount of its own
    counted: str = "mailboxes"  # a limited resource that can be used beyond its limit
    untold: str = "databases"  # a resource whose usage the machine can be made not to tell

    @property
    def knows_plans(self) -> bool:
        return Capability.PLANS in self.panel.capabilities

    def settled(self, outcome: Outcome) -> Done:
        """What it came to, however long the machine works on it."""
        give_up_at = time.monotonic() + 30
        while isinstance(outcome, Pending) and time.monotonic() < give_up_at:
            time.sleep(0.02)
            outcome = self.panel.poll(outcome.handle)
        assert isinstance(outcome, Done)
        return outcome


PASSWORD = "Bouleau-Jaune-1998"
WEAK = "sapin9"

ACTS: dict[str, Callable[[Bench], Outcome]] = {
    "change": lambda bench: bench.panel.change(bench.alice, bench.big, "key"),
    "create": lambda bench: bench.panel.create(bench.nobody, bench.small, PASSWORD, "bob@example.com", "key"),
    "suspend": lambda bench: bench.panel.suspend(bench.alice, "unpaid"),
    "terminate": lambda bench: bench.panel.terminate(bench.alice),
    "set_password": lambda bench: bench.panel.set_password(bench.alice, PASSWORD),
}

READS: dict[str, Callable[[Bench], object]] = {
    "version": lambda bench: bench.panel.version(),
    "inspect": lambda bench: bench.panel.inspect(bench.alice),
    "preflight": lambda bench: bench.panel.preflight(bench.alice, bench.big),
    "plans": lambda bench: bench.panel.plans(),
    "sign_in_url": lambda bench: bench.panel.sign_in_url(bench.alice),
}

VERBS: dict[str, Callable[[Bench], object]] = {**READS, **ACTS}
#: The capability that a verb belongs to; `version` is everybody's.
NEEDS = {"version": None, "preflight": Capability.INSPECT, "sign_in_url": Capability.SIGN_IN}


def capability_of(verb: str) -> Capability | None:
    return NEEDS[verb] if verb in NEEDS else Capability(verb)


def can(bench: Bench, verb: str) -> bool:
    needed = capability_of(verb)
    return needed is None or needed in bench.panel.capabilities


def of(verb: str) -> Any:
    """For a driver without the verb's capability, the test is another one: that it refuses."""

    def decorate(test: Any) -> Any:
        @functools.wraps(test)
        def held(self: Any, bench: Bench, **more: Any) -> None:
            if can(bench, verb):
                test(self, bench, **more)
                return
            with pytest.raises(Refused):
                VERBS[verb](bench)

        return held

    return decorate


class PanelContract:
    # Looking

    def test_it_says_what_it_is(self, bench: Bench) -> None:
        assert bench.panel.version()

    def test_inspect_tells_the_plan_and_every_limit(self, bench: Bench) -> None:
        state = bench.panel.inspect(bench.alice)

        assert state.plan == (bench.small.plan if bench.knows_plans else None)
        assert dict(state.limits) == dict(bench.small.limits)
        assert not state.suspended

    def test_usage_has_an_instant_and_an_exactness(self, bench: Bench) -> None:
        bench.other_end.use(bench.measured, 4321)

        found = bench.panel.inspect(bench.alice).usage[bench.measured]

        assert (found.amount, found.exactness) == (4321, "live")
        assert found.measured_at is not None and found.measured_at.tzinfo is UTC

    def test_usage_that_the_panel_cannot_tell_is_unknown_not_zero(self, bench: Bench) -> None:
        bench.other_end.use(bench.untold, None)

        assert bench.panel.inspect(bench.alice).usage[bench.untold].exactness == "unknown"

    @of("plans")
    def test_plans_are_named_with_their_limits(self, bench: Bench) -> None:
        plans = bench.panel.plans()

        assert plans[bench.small.plan] == bench.small.limits
        assert plans[bench.big.plan] == bench.big.limits

    def test_an_account_that_is_not_there_is_told_apart_from_any_other_no(self, bench: Bench) -> None:
        with pytest.raises(NotThere):
            bench.panel.inspect(bench.nobody)

    # Does it fit?

    def test_preflight_names_what_does_not_fit_and_by_how_much(self, bench: Bench) -> None:
        limit = bench.small.limits[bench.counted]
        bench.other_end.use(bench.counted, limit + 3)

        (misfit,) = bench.panel.preflight(bench.alice, bench.small)

        found = (misfit.resource, misfit.used, misfit.limit, misfit.excess)
        assert found == (bench.counted, limit + 3, limit, 3)

    def test_preflight_finds_nothing_in_the_way_of_what_fits(self, bench: Bench) -> None:
        assert bench.panel.preflight(bench.alice, bench.big) == ()

    # Changing

    def test_a_change_is_confirmed_by_reading_back(self, bench: Bench) -> None:
        assert bench.settled(bench.panel.change(bench.alice, bench.big, "key")) == Done()

        assert differences(bench.panel.inspect(bench.alice), bench.big) == ()

    def test_a_change_to_the_same_plan_is_already_so(self, bench: Bench) -> None:
        bench.settled(bench.panel.change(bench.alice, bench.big, "key"))

        assert bench.settled(bench.panel.change(bench.alice, bench.big, "key")) == Done()

    # Already so

    @of("suspend")
    def test_suspending_twice_is_done_twice(self, bench: Bench) -> None:
        assert bench.settled(bench.panel.suspend(bench.alice, "unpaid")) == Done()
        assert bench.settled(bench.panel.suspend(bench.alice, "unpaid")) == Done()
        assert bench.panel.inspect(bench.alice).suspended

    @of("suspend")
    def test_resuming_twice_is_done_twice(self, bench: Bench) -> None:
        bench.settled(bench.panel.suspend(bench.alice, "unpaid"))

        assert bench.settled(bench.panel.resume(bench.alice)) == Done()
        assert bench.settled(bench.panel.resume(bench.alice)) == Done()
        assert not bench.panel.inspect(bench.alice).suspended

    @of("change")
    def test_the_plan_of_a_suspended_account_can_be_changed(self, bench: Bench) -> None:
        """And the change does not let it work again."""
        if Capability.SUSPEND in bench.panel.capabilities:
            bench.settled(bench.panel.suspend(bench.alice, "unpaid"))

        bench.settled(bench.panel.change(bench.alice, bench.big, "key"))

        state = bench.panel.inspect(bench.alice)
        assert differences(state, bench.big) == ()
        assert state.suspended == (Capability.SUSPEND in bench.panel.capabilities)

    @of("terminate")
    def test_terminating_twice_is_done_twice(self, bench: Bench) -> None:
        assert bench.settled(bench.panel.terminate(bench.alice)) == Done()
        assert bench.settled(bench.panel.terminate(bench.alice)) == Done()
        with pytest.raises(NotThere):
            bench.panel.inspect(bench.alice)

    @of("create")
    def test_creating_twice_makes_one_account(self, bench: Bench) -> None:
        for _ in range(2):
            created = bench.panel.create(bench.nobody, bench.small, PASSWORD, "bob@example.com", "key")
            assert bench.settled(created) == Done()

        assert differences(bench.panel.inspect(bench.nobody), bench.small) == ()

    @of("create")
    def test_a_name_that_another_account_has_is_refused(self, bench: Bench) -> None:
        stranger = Account(bench.alice.username, "charlie.example")

        with pytest.raises(Refused):
            bench.panel.create(stranger, bench.small, PASSWORD, "charlie@example.com", "key")

    # The client's own acts

    @of("set_password")
    def test_a_password_is_set(self, bench: Bench) -> None:
        assert bench.settled(bench.panel.set_password(bench.alice, PASSWORD)) == Done()

    @of("sign_in_url")
    def test_every_sign_in_has_its_own_address(self, bench: Bench) -> None:
        first, second = bench.panel.sign_in_url(bench.alice), bench.panel.sign_in_url(bench.alice)

        assert first.startswith("http") and first != second

    # What it says of itself

    def test_what_it_leaves_out_is_refused(self, bench: Bench) -> None:
        for verb in VERBS:
            if not can(bench, verb):
                with pytest.raises(Refused):
                    VERBS[verb](bench)

    def test_it_does_not_show_its_secrets(self, bench: Bench) -> None:
        assert bench.secrets and not [secret for secret in bench.secrets if secret in repr(bench.panel)]


class PanelOnBadDays(PanelContract):
    @of("plans")
    def test_a_plan_that_the_panel_does_not_know_is_refused_before_anything_is_sent(
        self, bench: Bench
    ) -> None:
        with pytest.raises(Refused):
            bench.panel.change(bench.alice, Target("no-such-plan", {}), "key")

        assert bench.other_end.act_count("received") == 0

    @of("set_password")
    def test_a_weak_password_is_refused_without_repeating_it(self, bench: Bench) -> None:
        with pytest.raises(Refused) as refusal:
            bench.panel.set_password(bench.alice, WEAK)

        assert WEAK not in everything_said(refusal.value)

    def test_a_busy_panel_has_done_nothing(self, bench: Bench) -> None:
        bench.other_end.misbehave("busy")
        with pytest.raises(Busy):
            bench.panel.change(bench.alice, bench.big, "key")

        bench.other_end.misbehave("ok")
        assert differences(bench.panel.inspect(bench.alice), bench.small) == ()

    def test_a_refusal_carries_the_panels_own_reason(self, bench: Bench) -> None:
        bench.other_end.misbehave("refuse")

        with pytest.raises(Refused, match="told to refuse"):
            bench.settled(bench.panel.change(bench.alice, bench.big, "key"))

        bench.other_end.misbehave("ok")
        assert differences(bench.panel.inspect(bench.alice), bench.small) == ()

    def test_a_panel_that_does_the_work_and_goes_silent_leaves_us_not_knowing(self, bench: Bench) -> None:
        bench.other_end.misbehave("timeout_after_doing")
        with pytest.raises(Unknown):
            bench.panel.change(bench.alice, bench.big, "key")

        bench.other_end.misbehave("ok")
        assert differences(bench.panel.inspect(bench.alice), bench.big) == ()
        assert bench.other_end.act_count("done") == 1

    def test_a_lie_is_found_by_reading_back(self, bench: Bench) -> None:
        bench.other_end.misbehave("lie")

        bench.settled(bench.panel.change(bench.alice, bench.big, "key"))

        wrong = differences(bench.panel.inspect(bench.alice), bench.big)
        assert len(wrong) >= len(bench.big.limits)
        if bench.knows_plans:
            assert (wrong[0].what, wrong[0].wanted, wrong[0].found) == (
                "plan",
                bench.big.plan,
                bench.small.plan,
            )

    def test_half_a_change_is_found_by_reading_back(self, bench: Bench) -> None:
        bench.other_end.misbehave("half")

        bench.settled(bench.panel.change(bench.alice, bench.big, "key"))

        wrong = differences(bench.panel.inspect(bench.alice), bench.big)
        assert 0 < len(wrong) < len(bench.big.limits) + bench.knows_plans

    def test_half_a_change_is_completed_by_asking_again(self, bench: Bench) -> None:
        bench.other_end.misbehave("half")
        bench.settled(bench.panel.change(bench.alice, bench.big, "key"))
        bench.other_end.misbehave("ok")

        bench.settled(bench.panel.change(bench.alice, bench.big, "key"))

        assert differences(bench.panel.inspect(bench.alice), bench.big) == ()

    @pytest.mark.parametrize("how", ["down", "sign_in_page"])
    @pytest.mark.parametrize("verb", ACTS)
    def test_a_panel_that_hangs_up_or_shows_a_page_is_never_a_refusal(
        self, bench: Bench, verb: str, how: str
    ) -> None:
        bench.other_end.misbehave(how)

        if can(bench, verb):
            with pytest.raises((Busy, Unknown)):
                ACTS[verb](bench)

    @pytest.mark.parametrize("how", ["down", "sign_in_page"])
    @pytest.mark.parametrize("verb", READS)
    def test_looking_is_never_unknown(self, bench: Bench, verb: str, how: str) -> None:
        bench.other_end.misbehave(how)

        if can(bench, verb):
            with pytest.raises(Busy):
                READS[verb](bench)

    def test_a_panel_that_is_not_there_is_busy_because_nothing_was_sent(self, bench: Bench) -> None:
        with pytest.raises(Busy):
            bench.unreachable.change(bench.alice, bench.big, "key")

    @pytest.mark.parametrize("how", ["busy", "down", "refuse", "timeout_after_doing"])
    @pytest.mark.parametrize("verb", ACTS)
    def test_no_error_holds_a_secret(self, bench: Bench, verb: str, how: str) -> None:
        bench.other_end.misbehave(how)

        with pytest.raises(PanelError) as error:
            bench.settled(ACTS[verb](bench))

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
