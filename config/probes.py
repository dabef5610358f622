"""Addresses for machines: is the process up, may it be sent work, what are its figures.

They answer before sessions and host names are looked at, so that a probe needs neither.
"""

import secrets
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST

from config.metrics import exposition

LOOPBACK = {"127.0.0.1", "::1", ""}


class Probes:
    """A middleware that answers /-/health, /-/ready and /-/metrics itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.answers = {"/-/health": health, "/-/ready": ready, "/-/metrics": metrics}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.answers.get(request.path_info)
        return answer(request) if answer else self.get_response(request)


def health(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "up"})


def ready(_request: HttpRequest) -> HttpResponse:
    """The database answers and has every migration; otherwise 503, and which of the two."""
    try:
        waiting = waiting_migrations()
    except DatabaseError:
        connection.close()
        return JsonResponse({"status": "not ready", "database": "unreachable"}, status=503)
    if waiting:
        return JsonResponse({"status": "not ready", "migrations_waiting": len(waiting)}, status=503)
    return JsonResponse({"status": "ready"})


_migrated = False


def waiting_migrations() -> list[str]:
    """The migrations not applied yet. Once there are none, later calls only touch the database."""
    global _migrated
    if _migrated:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return []
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    _migrated = not plan
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus figures, for this machine or who has the token; for anyone else nothing is here."""
    if not (_has_token(request) or _is_this_machine(request)):
        return HttpResponseNotFound()
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


def _has_token(request: HttpRequest) -> bool:
    token: str = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "")
    return bool(token) and secrets.compare_digest(given.encode(), f"Bearer {token}".encode())


def _is_this_machine(request: HttpRequest) -> bool:
    """A request that a proxy passes on comes from this machine too: then it says whom it is for."""
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via"))
    return request.META.get("REMOTE_ADDR", "") in LOOPBACK and not forwarded
