"""What `palier doctor` looks at: small examinations, each of which returns what it found, and their list."""

import smtplib
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import httpx
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse

from palier.billing.gateways import gateway_named
from palier.drivers.errors import DriverError
from palier.drivers.gateway import Ability
from palier.people.reseal import across_customers_keys_in_use
from palier.people.seal import fingerprints, sealed, unsealed
from palier.provisioning.look_at_server import can_be_looked_at, look_at
from palier.provisioning.models import Server
from palier.provisioning.queries import servers as servers_of_ours

OLDEST_POSTGRESQL = 15
#: Where a gateway is that needs no address.
HOME_OF = {"stripe": "https://api.stripe.com"}


class Health(Enum):
    GOOD = "good"
    ODD = "odd"  # worth a look, wrong in production perhaps
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    what: str
    health: Health
    words: str


Examination = Callable[[], list[Finding]]


def examinations() -> list[Examination]:
    """In the order of who depends on whom: without the database most others can say nothing."""
    before = [address, keys]
    if not _database_answers():
        return [*before, database]
    if migrations()[0].health is Health.BAD:
        return [*before, database, migrations, mail, static_files, sentences]
    return [
        *before, database, migrations, sealed_at_rest, queue, mail, servers, gateways, static_files, sentences,
    ]  # fmt: skip


def address() -> list[Finding]:
    if settings.DEMO:
        return [Finding("address", Health.GOOD, f"{settings.BASE_URL}, a demo")]
    if not settings.BASE_URL.startswith("https://"):
        return [Finding("address", Health.ODD, f"{settings.BASE_URL}: clients should come by https")]
    return [Finding("address", Health.GOOD, settings.BASE_URL)]


def keys() -> list[Finding]:
    """The keys open what they seal, and their file is its owner's alone."""
    path: Path = settings.VAR / "keys"
    if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        return [Finding("keys", Health.BAD, f"{path} can be read by others: chmod 600")]
    if unsealed(sealed("doctor")) != "doctor":
        return [Finding("keys", Health.BAD, "what is sealed cannot be opened again")]
    newest, *older = fingerprints()
    if not older:
        return [Finding("keys", Health.GOOD, f"{newest} seals")]
    return [Finding("keys", Health.GOOD, f"{newest} seals, {', '.join(older)} can still open")]


def sealed_at_rest() -> list[Finding]:
    """Which keys are still used: everything by the newest, or something waits, or a key was dropped too early."""
    ours, what = fingerprints(), "secrets at rest"
    found = []
    for key, count in sorted(across_customers_keys_in_use().items()):
        if key == ours[0]:
            found.append(Finding(what, Health.GOOD, f"{count} sealed with {key}, the newest key"))
        elif key in ours:
            found.append(Finding(what, Health.ODD, f"{count} sealed with {key}: palier secrets rotate"))
        else:
            words = f"{count} sealed with {key}, a key that we do not have: put it back"
            found.append(Finding(what, Health.BAD, words))
    return found or [Finding(what, Health.GOOD, "none yet")]


def database() -> list[Finding]:
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version'), current_setting('server_version_num')::int"
            )
            version, number = cursor.fetchone()
    except DatabaseError as error:
        return [Finding("database", Health.BAD, f"does not answer: {str(error).strip().splitlines()[0]}")]
    where = "as DATABASE_URL says" if settings.DATABASE_URL else "our own"
    if number < OLDEST_POSTGRESQL * 10_000:
        return [Finding("database", Health.BAD, f"PostgreSQL {version}: needs {OLDEST_POSTGRESQL} or newer")]
    return [Finding("database", Health.GOOD, f"PostgreSQL {version}, {where}")]


def migrations() -> list[Finding]:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return [Finding("tables", Health.BAD, f"{len(waiting)} migrations wait: palier prepare")]
    return [Finding("tables", Health.GOOD, "up to date")]


def queue() -> list[Finding]:
    """Somebody works, and nothing has failed or waited for long."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM procrastinate_workers"
                " WHERE last_heartbeat > now() - make_interval(secs => %s)",
                [settings.QUEUE_STALLED_SECONDS],
            )
            workers = cursor.fetchone()[0]
            cursor.execute("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status")
            jobs = dict(cursor.fetchall())
    except DatabaseError:
        return [Finding("worker", Health.BAD, "the queue has no tables yet: palier prepare")]
    failed = jobs.get("failed", 0)
    return [
        Finding("worker", Health.GOOD, f"{workers} at work")
        if workers
        else Finding("worker", Health.BAD, "nobody works: palier worker"),
        Finding(
            "queue", Health.ODD if failed else Health.GOOD, f"{jobs.get('todo', 0)} waiting, {failed} failed"
        ),
    ]


def mail() -> list[Finding]:
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        secure = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
        with secure(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=5) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        return [Finding("mail", Health.BAD, f"{where} does not answer: {error}")]
    return [Finding("mail", Health.GOOD, f"{where} answers")]


def servers() -> list[Finding]:
    """Each server is looked at: its version, and its plans where it has some, prove that we may talk to it."""
    found = [_server(server) for server in servers_of_ours()]
    return found or [Finding("servers", Health.ODD, "none in the catalogue yet")]


def _server(server: Server) -> Finding:
    what = f"server {server.code}"
    if not can_be_looked_at(server):
        return Finding(what, Health.GOOD, f"{server.driver}: nothing to reach")
    look = look_at(server)
    if look.problem:
        return Finding(what, Health.BAD, f"{server.driver}: {look.detail}")
    plans = "" if look.plans is None else f", {len(look.plans)} plans"
    return Finding(what, Health.GOOD, f"{server.driver} {look.version}{plans}, in {look.latency_ms} ms")


def gateways() -> list[Finding]:
    """Each payment gateway has what its driver needs, and its address answers, whatever it answers."""
    found = [_gateway(name, configured) for name, configured in settings.GATEWAYS.items()]
    return found or [Finding("payment", Health.ODD, "no gateway: clients pay from their credit balance only")]


def _gateway(name: str, configured: Mapping[str, str]) -> Finding:
    what, driver = f"payment {name}", configured.get("driver", "")
    try:
        slow = Ability.SLOW in gateway_named(name).abilities
    except DriverError as error:
        return Finding(what, Health.BAD, error.reason)
    except KeyError as missing:
        return Finding(what, Health.BAD, f"it has no {missing.args[0]}")
    if slow:
        return Finding(what, Health.GOOD, f"{driver}: nothing to reach")
    url = configured.get("url") or HOME_OF[driver]
    try:
        httpx.get(url, timeout=5)
    except httpx.HTTPError as error:
        return Finding(what, Health.BAD, f"{url} does not answer: {error}")
    callback = settings.BASE_URL + reverse("gateway_callback", args=[name])
    return Finding(what, Health.GOOD, f"{url} answers; it must call {callback}")


def static_files() -> list[Finding]:
    if not hasattr(staticfiles_storage, "manifest_name"):
        return [Finding("static files", Health.ODD, "served as they are, without a hash in their names")]
    if not staticfiles_storage.exists(staticfiles_storage.manifest_name):
        return [Finding("static files", Health.BAD, "not collected: palier prepare")]
    return [Finding("static files", Health.GOOD, f"collected in {settings.STATIC_ROOT}")]


def sentences() -> list[Finding]:
    stale = [
        source.parent.parent.name
        for locale in settings.LOCALE_PATHS
        for source in Path(locale).glob("*/LC_MESSAGES/*.po")
        if not source.with_suffix(".mo").exists()
        or source.with_suffix(".mo").stat().st_mtime < source.stat().st_mtime
    ]
    if stale:
        return [Finding("sentences", Health.BAD, f"not compiled: {', '.join(stale)}: palier prepare")]
    return [Finding("sentences", Health.GOOD, ", ".join(code for code, _ in settings.LANGUAGES))]


def _database_answers() -> bool:
    try:
        connection.ensure_connection()
    except DatabaseError:
        return False
    return True
