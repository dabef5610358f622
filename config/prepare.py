"""What must be done before the web and the worker can start; each step says whether there was anything to do."""

import hashlib
from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config import translations
from palier.events.always_on import keep_triggers_on


def migrate() -> bool:
    """Bring the tables up to date: ours, Django's, the queue's, and the shared cache's."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    return True


def compile_catalogues() -> bool:
    written = [path for locale in settings.LOCALE_PATHS for path in translations.compile_stale(locale)]
    return bool(written)


def collect_static() -> bool:
    """Collect the static files under names that carry a hash of their content, when any of them has changed."""
    noted = settings.STATIC_ROOT / ".sources"
    sources = hashlib.sha256("\n".join(sorted(_static_sources())).encode()).hexdigest()
    if noted.exists() and noted.read_text() == sources:
        return False
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", verbosity=0, interactive=False)
    noted.write_text(sources)
    return True


def _static_sources() -> Iterator[str]:
    for finder in get_finders():
        for path, storage in finder.list([]):
            state = storage.path(path)
            yield f"{path} {_fingerprint(state)}"


def _fingerprint(path: str) -> str:
    with open(path, "rb") as file:  # noqa: PTH123
        return hashlib.file_digest(file, "sha256").hexdigest()


def database_is_empty() -> bool:
    """Whether nobody can sign in yet."""
    user = apps.get_model(settings.AUTH_USER_MODEL)
    return not user._default_manager.exists()


STEPS = (
    ("Tables", migrate),
    ("Guards of the books", keep_triggers_on),
    ("Sentences", compile_catalogues),
    ("Static files", collect_static),
)
