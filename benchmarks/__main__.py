"""`make bench`: print the ratios, record the absolute figures beside them."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"


@contextmanager
def database(folder: Path) -> Iterator[tuple[str, Path]]:
    """A server of its own, that waits for the disk as a real one does: its address, and its pgbench."""
    from config.database.cluster import HOST, USER, Cluster

    cluster = Cluster(folder / "postgres", {"shared_buffers": "512MB", "max_wal_size": "4GB"})
    cluster.start()
    try:
        cluster.create_database("bench")
        url = f"postgresql://{USER}:{cluster.password}@{HOST}:{cluster.port}/bench"
        yield url, cluster.programs.directory / "pgbench"
    finally:
        cluster.stop()


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="palier-bench-"))
    try:
        with database(folder) as (url, pgbench):
            os.environ |= {"DATABASE_URL": url, "PALIER_VAR": str(folder)}
            from benchmarks.run import run

            run(folder, url, pgbench)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
