"""The rounds: what time brings to every subscription, payment and job.

Each round takes one thing at a time in a transaction of its own, and may be run again at any moment: what was done
is found done. A thing that fails is logged and does not hold up the others.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import partial
from typing import Any

import structlog
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from palier.billing.chase import across_customers_to_chase, queue_chase
from palier.billing.collect_due import across_customers_due, collect_when_due
from palier.billing.refund import across_customers_refunds_in_flight, queue_refund
from palier.billing.save_method import across_customers_setups_to_chase, queue_chase_setup
from palier.core.periods import billing_date
from palier.dunning.lift import lift
from palier.dunning.queries import across_customers_to_lift
from palier.dunning.retry import across_customers_to_retry, retry
from palier.dunning.take_step import across_customers_due_steps, take_step
from palier.events.clock import real_now
from palier.events.here import hand_over, owed_too_long
from palier.events.models import RoundsMark
from palier.events.watch import NOBODY, Watch
from palier.notices.send import across_customers_unsent, queue_sending
from palier.plan_changes.at_renewal import (
    across_customers_to_begin,
    across_customers_to_check,
    begin_due,
    check_fit,
)
from palier.plan_changes.end_subscription import carry_out_end
from palier.plan_changes.move_on import across_customers_left_behind, move_on
from palier.plan_changes.queries import across_customers_expired
from palier.plan_changes.undo import expire
from palier.provisioning.circuit import PATIENCE, queue_probe, to_probe
from palier.provisioning.line import across_customers_cut_off, call, servers_with_a_line
from palier.provisioning.queries import across_customers_forgotten_jobs
from palier.provisioning.wake import wake_forgotten
from palier.reactions import house
from palier.subscriptions.announce_renewal import across_customers_to_announce, announce_renewal
from palier.subscriptions.bill_period import House
from palier.subscriptions.pay_period import across_customers_paid_and_not_held, pay_period
from palier.subscriptions.queries import across_customers_to_end
from palier.subscriptions.renew import CHUNK, Run, renew
from palier.subscriptions.reprice import across_customers_to_move, move_price

log = structlog.get_logger()

#: The queue's name for "help to renew what is due"; tasks.py defines the task.
HELP_RENEW = "palier.help_renew"


def round_of_time(at: datetime, watch: Watch = NOBODY, *, again: bool = False) -> None:
    """What falls due by now: every civil day since the last round has its own, in order, and then this moment."""
    zone = house().provider.zone
    last_on = RoundsMark.objects.values_list("on", flat=True).first()
    for moment in moments_since(last_on, at, zone):
        round_of_day(moment, watch, again=again)
        RoundsMark.objects.update_or_create(pk=1, defaults={"on": billing_date(moment, zone)})
    round_of_dunning(at, watch)


def moments_since(last_on: date | None, at: datetime, zone: tzinfo) -> Iterator[datetime]:
    """The first instant of each day that was missed, then `at`."""
    on = billing_date(at, zone)
    missed = max(0, (on - last_on).days - 1) if last_on else 0
    for days in range(missed, 0, -1):
        yield datetime.combine(on - timedelta(days), time(0), zone).astimezone(UTC)
    yield at


def round_of_day(at: datetime, watch: Watch = NOBODY, *, again: bool = False) -> None:
    """What falls due with the days and the hours, in the order in which it must happen."""
    now = house()
    on = billing_date(at, now.provider.zone)
    step = partial(each, watch=watch)
    step(across_customers_paid_and_not_held(at), lambda key: pay_period(*key), "pay_period")
    step(across_customers_expired(at), lambda key: expire(*key, house=now, at=at), "expire")
    step(across_customers_to_check(on), lambda key: check_fit(*key, house=now, on=on, at=at), "check_fit")
    step(across_customers_to_end(on), lambda key: carry_out_end(*key, house=now, at=at), "end")
    step(across_customers_to_move(on), lambda key: move_price(*key, house=now, at=at), "move_price")
    step(
        across_customers_to_announce(on, now),
        lambda key: announce_renewal(*key, house=now, at=at),
        "announce_renewal",
    )
    renew_with_help(now, at, watch, again=again)
    step(across_customers_due(on, "period"), lambda key: collect_when_due(*key, on=on, at=at), "collect")
    step(across_customers_to_begin(on), lambda key: begin_due(*key, house=now, on=on, at=at), "begin_due")


def renew_with_help(now: House, at: datetime, watch: Watch = NOBODY, *, again: bool = False) -> None:
    """Renew what is due; where that is more than a chunk, with another worker, if one has a place free."""
    run = Run.of(now, at, again=again)
    watch.begins("renew", run.due.count)

    def told(seen: int) -> None:
        watch.goes_on(seen)
        if seen == CHUNK:
            ask_for_help(at)

    watch.came_to(renew(run, told=told))


def ask_for_help(at: datetime) -> None:
    """One helper at a time: the others' places are for what clients wait for."""
    task = app.configure_task(HELP_RENEW, queue="upkeep", queueing_lock=HELP_RENEW, lock=HELP_RENEW)
    with suppress(AlreadyEnqueued), transaction.atomic():
        task.defer(at=at.isoformat())


def round_of_dunning(at: datetime, watch: Watch = NOBODY) -> None:
    """What overdue invoices bring today. It alone does not live the days that were missed: a letter is read on the day
    it is sent, and what follows it is counted from there (core/dunning.py)."""
    now = house()
    on = billing_date(at, now.provider.zone)
    step = partial(each, watch=watch)
    step(across_customers_to_lift(on), lambda key: lift(*key, house=now, at=at), "lift")
    step(across_customers_to_retry(on, house=now), lambda key: retry(*key, house=now, at=at), "retry")
    step(across_customers_due_steps(on, house=now), lambda key: take_step(*key, house=now, at=at), "dunning")


def round_of_upkeep(at: datetime) -> None:
    """What was started and may have been lost with a worker: jobs, changes, payments, messages."""
    each(owed_too_long(real_now()), hand_over, "hand_over_reaction")
    each(across_customers_forgotten_jobs(real_now()), wake_forgotten, "wake_job")
    each(servers_with_a_line(), call, "call_line")
    each(across_customers_cut_off(real_now() - PATIENCE), wake_forgotten, "give_up_on_server")
    each(to_probe(), lambda circuit: queue_probe(circuit.server_id), "probe_server")
    each(across_customers_left_behind(at), lambda key: move_on(*key, house=house(), at=at), "move_on")
    each(across_customers_to_chase(at), lambda payment: queue_chase(payment, at=at), "chase_payment")
    each(across_customers_setups_to_chase(at), lambda setup: queue_chase_setup(setup, at=at), "chase_setup")
    each(across_customers_refunds_in_flight(at), lambda refund: queue_refund(refund, at=at), "send_refund")
    each(across_customers_unsent(real_now()), queue_sending, "send_notice")


def each(things: Iterable[Any], act: Callable[[Any], object], name: str, watch: Watch = NOBODY) -> None:
    """Act on every thing; a fault in one is logged and leaves the others alone."""
    found = list(things)
    watch.begins(name, lambda: len(found))
    for thing in found:
        try:
            act(thing)
        except Exception:
            log.exception("round_failed", round=name, thing=str(thing))
            watch.failed()
        else:
            watch.goes_on()
