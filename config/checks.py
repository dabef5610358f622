"""`make check`: the list of everything that must hold besides the tests; each line is also a command to type."""

import subprocess
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PYTHON = sys.executable


@dataclass(frozen=True)
class Check:
    name: str
    command: tuple[str, ...]


CHECKS = (
    Check("types", (f"{BIN}/mypy", "--strict", "palier", "config", "conformance")),
    Check("style", (f"{BIN}/ruff", "check", "--quiet", ".")),
    Check("form", (f"{BIN}/ruff", "format", "--check", "--quiet", ".")),
    Check("order of the rooms", (f"{BIN}/lint-imports", "--no-logo")),
    Check("translations complete", (PYTHON, "-m", "config.translations")),
    Check("no missing migration", (PYTHON, "-m", "palier.entrypoints.cli.main", "manage", "makemigrations",
                                   "--check", "--dry-run")),
)  # fmt: skip


@dataclass(frozen=True)
class Result:
    passed: bool
    output: str
    seconds: float


def main() -> int:
    """Run every check, two at a time; the exit status is 1 when one of them fails."""
    with ThreadPoolExecutor(2) as pool:
        running = [(check, pool.submit(result_of, check)) for check in CHECKS]
        failed = [check.name for check, future in running if not _show(check, future)]
    if failed:
        _say(f"\nFailed: {', '.join(failed)}.")
        return 1
    _say(f"\nAll {len(CHECKS)} checks pass.")
    return 0


def result_of(check: Check) -> Result:
    started = time.monotonic()
    done = subprocess.run(check.command, cwd=ROOT, capture_output=True, text=True, check=False)
    return Result(done.returncode == 0, done.stdout + done.stderr, time.monotonic() - started)


def _show(check: Check, future: Future[Result]) -> bool:
    result = future.result()
    _say(f"{'ok    ' if result.passed else 'FAILED'}  {check.name} ({result.seconds:.1f} s)")
    if not result.passed:
        typed = " ".join(check.command).replace(str(BIN), ".venv/bin")
        _say(f"        {typed}")
        _say("\n".join(f"        {line}" for line in result.output.strip().splitlines()[-60:]))
    return result.passed


def _say(what: str) -> None:
    print(what, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
