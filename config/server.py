"""The web server: granian, which runs the WSGI application and serves the collected static files itself."""

import os
import shutil

from django.conf import settings
from granian import Granian
from granian.constants import Interfaces

STATIC_FILES_KEPT = 31_536_000  # seconds; their names carry a hash of their content


def serve(host: str, port: int, *, workers: int, threads: int) -> None:
    """Serve until asked to stop."""
    figures = settings.VAR / "metrics" / str(port)
    shutil.rmtree(figures, ignore_errors=True)
    figures.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(figures)
    os.environ["PALIER_WEB_PID"] = str(os.getpid())
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    Granian(
        "config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        respawn_failed_workers=True,
        respawn_interval=0.2,
        workers_kill_timeout=10,
        static_path_route=[settings.STATIC_URL.rstrip("/")],
        static_path_mount=[settings.STATIC_ROOT],
        static_path_expires=STATIC_FILES_KEPT,
        log_dictconfig=settings.LOGGING,
        process_name=None,
    ).serve()
