"""Figures for Prometheus: requests and their time, the queue, the workers, the daily check of the books, the servers.

Several web processes share files in PROMETHEUS_MULTIPROC_DIR, which `config.server` sets, so that any of
them answers for all.
"""

import json
import os
import time
from collections.abc import Callable, Iterable

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

REQUESTS = Counter("palier_requests", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram(
    "palier_request_seconds",
    "Time to answer a request",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)

QUEUE = "SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status"
OLDEST_JOB = """
    SELECT coalesce(extract(epoch FROM now() - min(event.at)), 0)
    FROM procrastinate_jobs job JOIN procrastinate_events event ON event.job_id = job.id
    WHERE job.status = 'todo' AND (job.scheduled_at IS NULL OR job.scheduled_at <= now())
"""
BOOKS = 'SELECT checked_at, found FROM books_dailycheck ORDER BY "on" DESC LIMIT 1'
SERVERS = """
    SELECT server.code, health.problem = '', health.latency_ms, health.checked_at
    FROM provisioning_serverhealth health JOIN provisioning_server server ON server.id = health.server_id
    WHERE server.retired_at IS NULL ORDER BY server.code
"""
JOBS = """
    SELECT server.code, circuit.failures, circuit.down_since,
        (SELECT count(*) FROM provisioning_provisioningjob job WHERE job.line_id = server.id AND job.state = 'queued'),
        (SELECT count(*) FROM provisioning_place place WHERE place.server_id = server.id AND place.lease_until > now())
    FROM provisioning_server server LEFT JOIN provisioning_circuit circuit ON circuit.server_id = server.id
    WHERE server.retired_at IS NULL ORDER BY server.code
"""
WORKERS = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '15 seconds'"


class Measure:
    """A middleware that counts and times each request under the route it took, never under its address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        route = match.route if match else "(none)"
        method = request.method or ""
        REQUESTS.labels(method, route, str(response.status_code)).inc()
        SECONDS.labels(method, route).observe(time.perf_counter() - started)
        return response


class QueueFigures(Collector):
    """What is queued and who works on it, asked of the database at the moment of the question."""

    def collect(self) -> Iterable[Metric]:
        jobs = GaugeMetricFamily("palier_queue_jobs", "Jobs by state", labels=["status"])
        waiting = GaugeMetricFamily("palier_queue_oldest_seconds", "Age of the oldest job that could run")
        workers = GaugeMetricFamily("palier_workers", "Workers with a heartbeat in the last 15 seconds")
        try:
            with connection.cursor() as cursor:
                cursor.execute(QUEUE)
                for status, count in cursor.fetchall():
                    jobs.add_metric([status], count)
                cursor.execute(OLDEST_JOB)
                waiting.add_metric([], float(cursor.fetchone()[0]))
                cursor.execute(WORKERS)
                workers.add_metric([], cursor.fetchone()[0])
        except DatabaseError:
            return []
        return [jobs, waiting, workers]


class BooksFigures(Collector):
    """What the last daily check of the books found, invariant by invariant; no sample of one that holds."""

    def collect(self) -> Iterable[Metric]:
        wrong = GaugeMetricFamily("palier_books_wrong", "Rows that break an invariant", labels=["invariant"])
        checked = GaugeMetricFamily("palier_books_checked_at", "When the books were last checked, in seconds")
        rows = GaugeMetricFamily("palier_books_wrong_rows", "Rows that break any invariant of the books")
        try:
            with connection.cursor() as cursor:
                cursor.execute(BOOKS)
                last = cursor.fetchone()
        except DatabaseError:
            return []
        if last is None:
            return []
        found = json.loads(last[1])
        checked.add_metric([], last[0].timestamp())
        rows.add_metric([], sum(found.values()))
        for invariant, count in sorted(found.items()):
            wrong.add_metric([invariant], count)
        return [checked, rows, wrong]


class ServerFigures(Collector):
    """How each server was when it was last looked at."""

    def collect(self) -> Iterable[Metric]:
        up = GaugeMetricFamily("palier_server_up", "Whether a server answers as it should", labels=["server"])
        seconds = GaugeMetricFamily(
            "palier_server_seconds", "Time to say its version, when it last did", labels=["server"]
        )
        checked = GaugeMetricFamily(
            "palier_server_checked_at", "When it was last looked at, in seconds", labels=["server"]
        )
        try:
            with connection.cursor() as cursor:
                cursor.execute(SERVERS)
                found = cursor.fetchall()
        except DatabaseError:
            return []
        for code, is_up, latency_ms, checked_at in found:
            up.add_metric([code], int(is_up))
            checked.add_metric([code], checked_at.timestamp())
            if latency_ms is not None:
                seconds.add_metric([code], latency_ms / 1000)
        return [up, seconds, checked]


class JobFigures(Collector):
    """What is asked of each server now, what waits for it, and whether it is left alone because it is silent."""

    def collect(self) -> Iterable[Metric]:
        running = GaugeMetricFamily("palier_server_acts", "Acts under way on a server", labels=["server"])
        waiting = GaugeMetricFamily("palier_server_waiting", "Jobs that wait for a place", labels=["server"])
        failures = GaugeMetricFamily(
            "palier_server_failures", "Questions in a row that it did not answer", labels=["server"]
        )
        left_alone = GaugeMetricFamily(
            "palier_server_left_alone", "1 while nothing is asked of it, for it is down", labels=["server"]
        )
        try:
            with connection.cursor() as cursor:
                cursor.execute(JOBS)
                found = cursor.fetchall()
        except DatabaseError:
            return []
        for code, failed, down_since, in_line, acts in found:
            running.add_metric([code], acts)
            waiting.add_metric([code], in_line)
            failures.add_metric([code], failed or 0)
            left_alone.add_metric([code], int(down_since is not None))
        return [running, waiting, failures, left_alone]


def exposition() -> bytes:
    """All figures as Prometheus reads them."""
    registry: CollectorRegistry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    of_the_database = CollectorRegistry()
    of_the_database.register(QueueFigures())
    of_the_database.register(BooksFigures())
    of_the_database.register(ServerFigures())
    of_the_database.register(JobFigures())
    return generate_latest(registry) + generate_latest(of_the_database)
