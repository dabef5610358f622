"""Start everything, keep it running, stop it."""

import contextlib
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from types import FrameType
from typing import IO

from django.conf import settings

from config.database.binaries import NoPostgres
from config.database.cluster import DATABASE_NAME, CannotStart, Cluster
from config.locks import lock
from config.supervisor import containers, plan
from config.supervisor.announce import console, ready, step
from config.supervisor.child import Child
from config.supervisor.readiness import forget_prepared, is_prepared, note_prepared

STOP_WITHIN = 15.0
LOOK_EVERY = 0.1


class Stopped(Exception):
    """Somebody asked the run to end."""


def supervise(host: str, port: int) -> int:
    """Run everything until Ctrl-C or a signal; the exit status is 0 when it then stopped cleanly."""
    settings.VAR.mkdir(parents=True, exist_ok=True)
    held = lock(settings.VAR, "run.lock", exclusive=True)
    if held is None:
        console.print(
            "[bold]Palier already runs from this directory.[/] Stop it with Ctrl-C where it was started."
        )
        return 1
    run = Run()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, run.asked_to_stop)
    try:
        run.start(host, port)
        run.watch()
    except Stopped:
        console.print("\nStopping…")
    except (CannotStart, NoPostgres, OSError) as error:
        console.print(f"[bold red]Cannot start.[/] {error}")
        return 1
    finally:
        run.stop()
        held.close()
    console.print("Stopped. The data stays for the next run.")
    return 0


class Run:
    """The database (unless DATABASE_URL names another one) and the processes of one run."""

    def __init__(self) -> None:
        self.database = None if settings.DATABASE_URL else Cluster(settings.EMBEDDED_DATABASE_DIR)
        self.runner: IO[str] | None = None
        self.children: list[Child] = []
        self.containers: Child | None = None
        self.lacks_for_containers = False
        self.environment: dict[str, str] = {}
        self.stopping = False

    def asked_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        """Only noted here, so that no process is lost between its start and our knowing of it."""
        self.stopping = True

    def _go_on(self) -> None:
        if self.stopping:
            raise Stopped

    def start(self, host: str, port: int) -> None:
        if self.database is not None:
            self._start_database(self.database)
        self._go_on()
        planned = plan.make(host, port)
        if planned.port != port:
            console.print(f"  Port {port} is taken; [green]{planned.port}[/] is free.")
        self.environment = planned.environment
        self._start(planned.machines)
        if containers.are_wanted():
            with step("Containers") as say:
                self._look_after_containers()
                say("running" if self.containers and containers.started() else "they do not start")
        plan.remember(planned.told, settings.VAR)
        if is_prepared():
            console.print("  Tables, sentences, static files: [green]up to date[/]")
        else:
            self._prepare(planned)
        self._go_on()
        with step("Web and worker") as say:
            self._start(planned.workers)
            self._wait_until_it_answers(planned.workers[-1])
            say("running")
        ready(planned.address)

    def _start_database(self, database: Cluster) -> None:
        with step("PostgreSQL") as say:
            self.runner = lock(database.directory, "runs", exclusive=True, wait=True)
            is_new = not database.exists
            if is_new:
                forget_prepared()
            database.start()
            database.create_database(DATABASE_NAME)
            say(
                f"{database.programs.version}, {'new' if is_new else 'with its data'}, on port {database.port}"
            )

    def _prepare(self, planned: plan.Plan) -> None:
        """In processes of their own, which know the addresses of this run and need not stay in memory."""
        verbs = [["prepare"], *([["demo", "--once"]] if settings.DEMO else [])]
        for verb in verbs:
            command = [sys.executable, "-m", "palier.entrypoints.cli.main", *verb]
            done = subprocess.run(command, env=planned.environment, check=False)
            self._go_on()
            if done.returncode != 0:
                raise CannotStart(f"`palier {' '.join(verb)}` did not succeed; what it said is above.")
        note_prepared()

    def _start(self, children: tuple[Child, ...]) -> None:
        for child in children:
            child.start()
            self.children.append(child)

    def _wait_until_it_answers(self, web: Child) -> None:
        address = f"http://{_option(web, '--host')}:{_option(web, '--port')}/-/ready"
        give_up_at = time.monotonic() + 60
        while time.monotonic() < give_up_at:
            with contextlib.suppress(urllib.error.URLError, ConnectionError), urllib.request.urlopen(address):
                return
            self._go_on()
            self._look_after_children()
            time.sleep(LOOK_EVERY)
        raise CannotStart(f"The web did not answer within a minute; see {web.log}")

    def watch(self) -> None:
        while True:
            self._go_on()
            if self.database is not None and not self.database.is_running:
                console.print("PostgreSQL ended; starting it again.")
                self.database.start(keep_port=True)
                console.print("PostgreSQL runs again, with its data.")
            self._look_after_containers()
            self._look_after_children()
            time.sleep(LOOK_EVERY)

    def _look_after_containers(self) -> None:
        """Asked for, or done without, while we run: `palier demo` says so beside us."""
        wanted = containers.are_wanted()
        if wanted and self.containers is None and not self.lacks_for_containers:
            missing = containers.missing()
            self.lacks_for_containers = bool(missing)
            if missing:
                console.print(f"The demo's containers do not run; missing: {'; '.join(missing)}.")
                return
            self.containers = containers.child(self.environment)
            self._start((self.containers,))
        elif not wanted and self.containers is not None:
            self.children.remove(self.containers)
            self.containers.ask_to_stop()
            self.containers.wait_or_kill(STOP_WITHIN)
            self.containers = None

    def _look_after_children(self) -> None:
        for child in self.children:
            if child.has_ended:
                console.print(f"The {child.name} {child.forget()}; starting it again. (log: {child.log})")
            if child.is_due:
                child.start()

    def stop(self) -> None:
        """Children first, the database last; whoever does not stop in time is killed."""
        self.stopping = True
        for child in self.children:
            child.ask_to_stop()
        give_up_at = time.monotonic() + STOP_WITHIN
        for child in self.children:
            child.wait_or_kill(give_up_at - time.monotonic())
        if self.database is not None:
            self.database.stop()


def _option(child: Child, name: str) -> str:
    return child.command[child.command.index(name) + 1].replace("0.0.0.0", "127.0.0.1")  # noqa: S104
