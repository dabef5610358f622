"""Random lives of a subscription: whatever happens, in whatever order, the promises and the books hold.

Ten lives in `make test`, more by `make soak` (PALIER_SOAK says how many).
"""

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings as product_settings
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from palier.billing.models import Invoice, Payment
from palier.billing.settle import settle
from palier.books import violations
from palier.core.postings import goodwill_given
from palier.core.states import OPEN_CHANGE
from palier.drivers.errors import PanelError
from palier.events.keys import new_id
from palier.events.record import Actor
from palier.ledger.models import Posting
from palier.ledger.post import Entry, post
from palier.ledger.queries import credit_balance, owed_on
from palier.notices.models import Notice
from palier.plan_changes.accept import QuoteOutdated
from palier.plan_changes.approve import PaymentInFlight, approve, refuse
from palier.plan_changes.by_person import (
    NotConfirmed,
    NotForMachines,
    finish_by_person,
    retry,
    take_change,
    undo_by_person,
)
from palier.plan_changes.end_subscription import request_end, withdraw
from palier.plan_changes.models import PlanChange
from palier.plan_changes.undo import WorkHasBegun, cancel
from palier.provisioning.inspect import inspect
from palier.provisioning.lease import InUse
from palier.subscriptions.cancel import NotCancellable
from palier.subscriptions.models import Period, Subscription
from tests.plan_changes.rules import set_discount, set_policies, set_setup_fee
from tests.world import NOW, World

LIVES = int(os.environ.get("PALIER_SOAK", "10"))
CODES = ("school", "half", "gift")
MODES = ("ok", "ok", "lie", "half", "refuse", "busy", "timeout_after_doing", "down")


class Life(RuleBasedStateMachine):
    """One subscription of Ateliers Boréale, and everybody who can do something to it."""

    world: World

    @initialize(
        plan=st.sampled_from(["web-a", "web-b", "web-d"]),
        cycle=st.sampled_from(["monthly", "yearly"]),
        approval=st.sampled_from(["none", "none", "before_payment", "after_payment"]),
        discount=st.sampled_from(["keep", "keep", "drop"]),
        setup_fee=st.sampled_from(["none", "charge"]),
        code=st.sampled_from(["", *CODES]),
        least=st.sampled_from([0, 50, 500]),
    )
    def begin(
        self, plan: str, cycle: str, approval: str, discount: str, setup_fee: str, code: str, least: int
    ) -> None:
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.world.now = NOW
        self.world.panel.set_mode("ok")
        product_settings.GATEWAYS["demo_card"]["least"] = {"CAD": least}
        for product in ("web", "vps"):
            set_policies(product, approval=approval, discount=discount, setup_fee=setup_fee)
        for dear in ("web-b", "web-c", "vps-2"):
            set_setup_fee(dear, 500)
        set_discount("school", "0.1")
        set_discount("half", "0.5", periods=2)
        set_discount("gift", "", amounts={"monthly": {"CAD": 750}}, periods=1, uses=2)
        self.subscription = self.world.subscribe(plan, cycle, code=code if cycle == "monthly" else "")
        self.held: dict[object, int] = {}
        self.old_jobs: list[tuple[str, dict[str, str]]] = []

    # What the client does ---------------------------------------------------------------------------------

    @rule(
        plan=st.sampled_from(["web-a", "web-b", "web-c", "web-d", "vps-1", "vps-2"]),
        cycle=st.sampled_from(["monthly", "monthly", "yearly"]),
        at_renewal=st.sampled_from([None, True, False]),
        code=st.sampled_from(["", "", *CODES]),
    )
    def accept(self, plan: str, cycle: str, at_renewal: bool | None, code: str) -> None:
        offered = self.world.offer(self.subscription, plan, cycle, at_renewal=at_renewal, code=code)
        quote = offered.quote
        assert 0 <= quote.billed_price <= quote.price
        assert quote.due_now >= 0 and quote.today.total >= 0
        assert sum(line.amount for line in quote.lines) == quote.today.net
        try:
            change = self.world.accept(self.subscription, offered)
        except QuoteOutdated as refused:
            assert refused.new.obstacles
            return
        assert quote.is_possible
        assert self.world.accept(self.subscription, offered, key=change.idempotency_key) == change

    @rule(plan=st.sampled_from(["web-a", "web-b", "web-c", "web-d", "vps-2"]), now=st.booleans())
    def change_plan_and_pay(self, plan: str, now: bool) -> None:
        """The common case, so that lives are rich: accept, pay, and let the worker work."""
        self.subscription.refresh_from_db()
        if self.world.offer(self.subscription, plan, at_renewal=not now).quote.is_possible:
            self.world.change(self.subscription, plan, at_renewal=not now)

    @rule(lot=st.integers(0, 3))
    def pay(self, lot: int) -> None:
        owed = [found for found in Invoice.objects.order_by("id") if owed_on(found.customer_id, found.id) > 0]
        if owed:
            invoice = owed[lot % len(owed)]
            if not Payment.objects.filter(invoice=invoice, state__in=["started", "needs_action"]).exists():
                self.world.pay(invoice.customer_id, invoice.id)

    @rule()
    def go_to_the_card_page(self) -> None:
        for invoice in Invoice.objects.order_by("id"):
            owed = owed_on(invoice.customer_id, invoice.id)
            in_flight = Payment.objects.filter(invoice=invoice, state__in=["started", "needs_action"])
            if owed > 0 and not in_flight.exists():
                Payment.objects.create(
                    customer_id=invoice.customer_id, invoice=invoice, gateway="demo_card", amount=owed,
                    currency="CAD", state="started", started_at=self.world.now,
                )  # fmt: skip
                return

    @rule(
        lot=st.integers(0, 5),
        state=st.sampled_from(["succeeded", "succeeded", "failed", "needs_action"]),
        twice=st.booleans(),
    )
    def the_gateway_reports(self, lot: int, state: str, twice: bool) -> None:
        """Of any payment there ever was: late, twice, out of order."""
        payments = list(Payment.objects.order_by("id"))
        if payments:
            report = self.world.report(payments[lot % len(payments)], state)
            for _ in range(1 + twice):
                settle(report, gateway="demo_card", at=self.world.now)

    @precondition(lambda self: self.open_change() is not None)
    @rule()
    def change_their_mind(self) -> None:
        change = self.open_change()
        assert change is not None
        try:
            cancel(change.customer_id, change.id, house=self.world.house, at=self.world.now, by=self.alice)
        except WorkHasBegun:
            assert change.state in ("applying", "needs_person")

    @rule(at_renewal=st.booleans(), stay=st.booleans())
    def ask_to_end(self, at_renewal: bool, stay: bool) -> None:
        if not stay and not at_renewal:
            return  # ending at once ends the life too: most lives go on
        try:
            request_end(
                self.subscription.customer_id, self.subscription.id, at_renewal=at_renewal, reason="",
                house=self.world.house, by=self.alice, at=self.world.now,
            )  # fmt: skip
        except (NotCancellable, WorkHasBegun):
            return
        if stay:
            withdraw(self.subscription.customer_id, self.subscription.id, by=self.alice, at=self.world.now)

    # What the host and its machines do --------------------------------------------------------------------

    @rule(mode=st.sampled_from(MODES))
    def the_panel_is(self, mode: str) -> None:
        self.world.panel.set_mode(mode)

    @rule(disk=st.sampled_from([1_000, 12_698, 40_000]))
    def use_disk(self, disk: int) -> None:
        self.world.panel.set_usage("boreale", disk=disk)
        service = self.world.service(self.subscription)
        if service.server.code == "web1":
            try:
                inspect(service, self.world.now)
            except (PanelError, InUse):
                return

    @rule()
    def the_worker_works(self) -> None:
        self.world.drain()

    @rule()
    def the_worker_tries_again(self) -> None:
        self.world.hurry()
        self.world.drain()

    @rule()
    def everything_is_reacted_to_again(self) -> None:
        """The queue runs things at least once; a second time must change nothing."""
        self.world.drain()
        before = self.picture()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'todo' WHERE task_name = 'palier.react'")
        self.world.drain()
        assert self.picture() == before

    @rule(goodwill=st.integers(1, 2_000))
    def a_gesture(self, goodwill: int) -> None:
        entry = Entry("goodwill", ("goodwill", new_id()), goodwill_given(goodwill))
        on = self.world.now.date()
        post([entry], customer_id=self.world.boreale.id, currency="CAD", on=on, at=self.world.now)

    @precondition(lambda self: self.with_a_person() is not None)
    @rule(act=st.sampled_from(["take", "retry", "finish", "undo"]))
    def staff(self, act: str) -> None:
        change = self.with_a_person()
        assert change is not None
        who = {"by": self.world.dana, "at": self.world.now}
        try:
            if act == "take":
                take_change(change.customer_id, change.id, **who)
            elif act == "retry":
                retry(change.customer_id, change.id, house=self.world.house, **who)
            elif act == "finish":
                finish_by_person(change.customer_id, change.id, house=self.world.house, **who)
            else:
                undo_by_person(change.customer_id, change.id, house=self.world.house, **who)
        except (NotConfirmed, NotForMachines, PanelError, InUse):
            change.refresh_from_db()
            assert change.state == "needs_person"

    @precondition(lambda self: self.to_approve() is not None)
    @rule(says_yes=st.sampled_from([True, True, False]))
    def our_team_answers(self, says_yes: bool) -> None:
        change = self.to_approve()
        assert change is not None
        self.answer(change, says_yes)
        change.refresh_from_db()
        assert change.state != "needs_approval"

    @rule(hours=st.sampled_from([1, 12, 24, 24, 24 * 8, 24 * 32]))
    def time_passes(self, hours: int) -> None:
        self.world.pass_time(self.world.now + timedelta(hours=hours))

    # What always holds ------------------------------------------------------------------------------------

    @invariant()
    def the_books_are_right(self) -> None:
        if hasattr(self, "subscription"):
            with connection.cursor() as cursor:  # what the database checks at a commit, now
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            assert violations() == []

    @invariant()
    def what_is_held_never_falls(self) -> None:
        if hasattr(self, "subscription"):
            for period in Period.objects.exclude(paid_on=None):
                assert period.held_price >= self.held.get(period.id, 0)
                assert period.paid_price <= period.held_price
                self.held[period.id] = period.held_price

    def teardown(self) -> None:
        if not hasattr(self, "subscription"):
            return
        try:
            self.every_change_reaches_an_end()
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    def every_change_reaches_an_end(self) -> None:
        """With a panel that works and people who pay or do not, nothing hangs, and what is done is so."""
        self.world.panel.set_mode("ok")
        self.world.panel.set_usage("boreale", disk=1_000)
        for _ in range(2):
            while (waiting := self.to_approve()) is not None:
                self.answer(waiting, says_yes=True)
            self.world.pass_time(self.world.now + timedelta(days=3))
            self.world.pay_all(self.world.boreale)
            self.world.work_until_done()
            while (change := self.with_a_person()) is not None:
                undo_by_person(
                    change.customer_id,
                    change.id,
                    house=self.world.house,
                    by=self.world.dana,
                    at=self.world.now,
                )
            self.world.work_until_done()
        stuck = PlanChange.objects.filter(state__in=OPEN_CHANGE - {"scheduled"})
        assert not stuck.exists(), list(stuck.values_list("state", "reason"))
        self.the_books_are_right()
        self.each_was_told_once()

    def each_was_told_once(self) -> None:
        done = PlanChange.objects.filter(state="done").values_list("id", flat=True)
        for change_id in done:
            told = Notice.objects.filter(subject_id=change_id, kind="plan_change.done", user=self.world.alice)
            assert told.count() == 1
            by_hand = Notice.objects.filter(
                subject_id=change_id, kind="plan_change.needs_person", user=self.world.alice
            )
            assert by_hand.count() <= 1

    # ------------------------------------------------------------------------------------------------------

    @property
    def alice(self) -> Actor:
        return Actor("user", self.world.alice.id)

    def open_change(self) -> PlanChange | None:
        return PlanChange.objects.filter(state__in=OPEN_CHANGE, set_aside_by=None).first()

    def to_approve(self) -> PlanChange | None:
        return PlanChange.objects.filter(state="needs_approval").first()

    def answer(self, change: PlanChange, says_yes: bool) -> None:
        who = {"house": self.world.house, "by": self.world.dana, "at": self.world.now}
        try:
            if says_yes:
                approve(change.customer_id, change.id, **who)
            else:
                refuse(change.customer_id, change.id, sentence="", **who)
        except PaymentInFlight:
            refuse(change.customer_id, change.id, sentence="", **who)

    def with_a_person(self) -> PlanChange | None:
        return PlanChange.objects.filter(state="needs_person").first()

    def picture(self) -> object:
        """All that matters, to be compared with itself."""
        return (
            list(PlanChange.objects.order_by("id").values_list("id", "state", "reason")),
            list(Subscription.objects.order_by("id").values_list("plan_id", "price", "next_configuration")),
            list(Period.objects.order_by("id").values_list("id", "until_on", "held_price", "paid_price")),
            sorted(Posting.objects.values_list("account", "amount", "invoice_id"), key=str),
            credit_balance(self.world.boreale.id, "CAD"),
            Notice.objects.count(),
        )


@pytest.fixture
def life(db: None, world: World) -> Iterator[type[Life]]:
    yield type("LifeInThisWorld", (Life,), {"world": world})
    del product_settings.GATEWAYS["demo_card"]["least"]


def test_random_lives_keep_the_promises(life: type[Life]) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        life,
        settings=settings(
            max_examples=LIVES,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
