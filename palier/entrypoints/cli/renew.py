"""`palier renew`: today's round, now and watched; or what it would bill; or more of it, ahead of time."""

import argparse
import sys
from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.utils.module_loading import import_string
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.prompt import Confirm
from rich.table import Table
from rich.text import Text

from palier.core.money import Money
from palier.core.periods import billing_date
from palier.core.renewal import horizon
from palier.entrypoints.cli.screen import console, errors
from palier.events import clock
from palier.events.watch import Watch
from palier.reactions import house
from palier.subscriptions.models import Subscription
from palier.subscriptions.preview import across_customers_preview
from palier.subscriptions.renew import Renewed, Run, renew
from palier.words.amounts import amount

STEPS = {
    "pay_period": "Periods whose invoice is paid",
    "expire": "Changes that nobody paid",
    "check_fit": "Scheduled changes checked for fit",
    "end": "Subscriptions that end",
    "renew": "Renewals",
    "collect": "Invoices collected",
    "begin_due": "Scheduled changes begun",
}
SHOWN_ASIDE = 20


def run(arguments: argparse.Namespace) -> int:
    today = billing_date(clock.now(), house().provider.zone)
    as_of: date = arguments.as_of or today
    if as_of < today:
        errors.print(
            f"[bold red]Refused.[/] Today is {today}, and business time never goes back. Days that had no worker are"
            " lived by the next round, each as its own."
        )
        return 1
    if arguments.dry_run:
        return _preview(as_of)
    if as_of > today:
        return _ahead(as_of, today, sure=arguments.yes)
    return _round()


def _preview(as_of: date) -> int:
    run = _run(as_of)
    with _progress() as progress:
        watch = Shown(progress)
        watch.begins("renew", run.due.count)
        across_customers_preview(run, told=watch.goes_on)
    console.print(f"A round as of [bold]{as_of}[/] would bill the periods that begin by {run.until_on}:")
    _say(run.renewed)
    console.print("[dim]Nothing was written.[/]")
    return 1 if run.renewed.aside else 0


def _ahead(as_of: date, today: date, *, sure: bool) -> int:
    """Everything due up to a later day, billed today: never without having been said aloud."""
    run = _run(as_of)
    question = (
        f"Bill today, {today}, the periods that begin by {run.until_on}? Their invoices are dated today, with today's"
        " prices and taxes, and due when their periods begin."
    )
    if not sure and not (sys.stdin.isatty() and Confirm.ask(question, console=console, default=False)):
        errors.print(
            "[bold red]Not done.[/] Nothing was billed ahead: see it first with --dry-run, then say --yes."
        )
        return 1
    with _progress() as progress:
        watch = Shown(progress)
        done = -1
        while done < run.renewed.count:
            done = run.renewed.count
            watch.begins("renew", run.due.count)
            renew(run, told=watch.goes_on)
    _say(run.renewed)
    return 1 if run.renewed.aside else 0


def _run(as_of: date) -> Run:
    now = house()
    until_on = horizon(as_of, now.provider.invoice_days_ahead)
    return Run.of(now, clock.now(), until_on=until_on, again=True)


def _round() -> int:
    with _progress() as progress:
        watch = Shown(progress)
        is_whole = import_string(settings.ROUND_OF_NOW)(watch)
    if not is_whole:
        console.print("Another round is under way: this one helped it to renew, and left it the rest.")
    table = Table("Step", "Done", "Failed", box=None, padding=(0, 2, 0, 0))
    for step, (done, failed) in watch.counts.items():
        if step != "renew":
            table.add_row(STEPS.get(step, step), str(done), str(failed) if failed else "")
    console.print(table)
    _say(watch.renewed)
    failed = sum(failed for _, failed in watch.counts.values())
    return 1 if failed or watch.renewed.aside else 0


def _say(renewed: Renewed) -> None:
    console.print(f"[bold]{renewed.count}[/] periods billed" + (":" if renewed.totals else "."))
    for currency, total in sorted(renewed.totals.items()):
        console.print(f"  {amount(Money(total, currency), house().provider.language)}")
    if not renewed.aside:
        return
    console.print(f"[bold red]{len(renewed.aside)} set aside[/], each with an item in the staff queue:")
    for (customer_id, subscription_id), reason in list(renewed.aside.items())[:SHOWN_ASIDE]:
        label = Subscription.objects.values_list("label", flat=True).get(
            customer_id=customer_id, id=subscription_id
        )
        console.print(f"  {escape(label)} ({subscription_id}): {escape(reason)}", soft_wrap=True)


class Shown(Watch):
    """A bar for each step, its rate and the time that is left; and what came of it."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._step = ""
        self._bar: TaskID | None = None
        self.counts: dict[str, tuple[int, int]] = {}
        self.renewed = Renewed()

    def begins(self, step: str, total: Callable[[], int]) -> None:
        self._step = step
        self._bar = self._progress.add_task(STEPS.get(step, step), total=total())
        self.counts.setdefault(step, (0, 0))

    def goes_on(self, by: int = 1) -> None:
        self._count(by, 0)

    def failed(self) -> None:
        self._count(0, 1)

    def _count(self, done: int, failed: int) -> None:
        before = self.counts[self._step]
        self.counts[self._step] = (before[0] + done, before[1] + failed)
        assert self._bar is not None
        self._progress.advance(self._bar, done + failed)

    def came_to(self, result: object) -> None:
        if isinstance(result, Renewed):
            self.renewed = result


class Rate(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "")


def _progress() -> Progress:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=console, transient=True)
