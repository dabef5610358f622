"""Structured logs: JSON lines, or a readable console; request, change and job ids on every line; no secret.

A line knows its ids through structlog's context variables: the request's is bound by `config.request_id`, the
queue's by `config.jobs`, those of a change, a job or an event by whoever is at it (`palier.events.trace`).
"""

import logging
import sys
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.types import Processor

from config.redaction import hide_secrets

ON_EVERY_LINE: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]


def configure_structlog() -> None:
    """Send structlog's own loggers through the standard library, where all the others already are."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *ON_EVERY_LINE,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def logging_settings(form: str, level: str) -> dict[str, Any]:
    """The standard library's configuration. `form` is `json` or `console`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"palier": {"()": "config.logs.formatter", "form": form}},
        "handlers": {
            "stderr": {
                "class": "config.logs.StandardError",
                "formatter": "palier",
                "filters": ["without_upkeep"],
            }
        },
        "filters": {"without_upkeep": {"()": "config.logs.WithoutUpkeep"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django gives these their own handlers; here every line goes one way.
            "django": {"handlers": [], "level": level, "propagate": True},
            # Each request has its own line (config.request_id); what raised is said again, with its trace.
            "django.request": {"level": "ERROR", "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            "_granian": {"handlers": [], "level": "INFO", "propagate": True},
            "granian.access": {"handlers": [], "level": "WARNING", "propagate": True},
            "procrastinate.blueprints": {"level": "WARNING", "propagate": True},
            "procrastinate.jobs": {"level": "WARNING", "propagate": True},  # that a job was deferred
            "procrastinate.periodic": {"level": "WARNING", "propagate": True},
            "httpx": {"level": "WARNING", "propagate": True},
            # It writes every request with its data, passwords among them.
            "proxmoxer": {"level": "WARNING", "propagate": True},
            "mail.log": {"level": "WARNING", "propagate": True},
        },
    }


class StandardError(logging.StreamHandler[Any]):
    """Writes to what is standard error when it writes: a program that calls a verb may have put another there for a
    while, which is closed since."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> Any:
        return sys.stderr


class WithoutUpkeep(logging.Filter):
    """The queue looks for stalled jobs every five seconds; that it did is not worth a line."""

    def filter(self, record: logging.LogRecord) -> bool:
        job = getattr(record, "job", None) or {}
        return record.levelno > logging.INFO or job.get("queue") != "upkeep"


def formatter(form: str) -> logging.Formatter:
    last: list[Processor]
    if form == "json":
        # Without the values of variables: they are what a log must not know.
        trace = ExceptionDictTransformer(show_locals=False, max_frames=25)
        last = [
            structlog.processors.ExceptionRenderer(trace),
            hide_secrets,
            structlog.processors.JSONRenderer(),
        ]
    else:
        colors = sys.stderr.isatty()
        last = [
            structlog.processors.format_exc_info,
            hide_secrets,
            structlog.dev.ConsoleRenderer(colors=colors, pad_event_to=0),
        ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=ON_EVERY_LINE,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )
