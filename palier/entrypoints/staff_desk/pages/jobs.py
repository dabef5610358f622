"""What machines have given up: requests to panels that need a person, and tasks that the queue could not do."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext as _

from palier.entrypoints.design.parts import Crumb


@dataclass(frozen=True)
class JobRow:
    """A request to a panel. `item_url` where it waits in the work queue too; else it can be tried again."""

    what: str
    reason: str
    customer_name: str
    customer_url: str
    label: str
    server: str
    account: str
    attempts: int
    ended_at: datetime | None
    item_url: str = ""
    retry_url: str = ""


@dataclass(frozen=True)
class TaskRow:
    """A task of the queue, by its own name and the ids it was given, as a developer would look for it in the logs."""

    number: int
    name: str
    given: str
    attempts: int
    failed_at: datetime | None
    retry_url: str


@dataclass(frozen=True)
class JobsPage:
    section: ClassVar[str] = "jobs"
    now: datetime
    jobs: tuple[JobRow, ...] = ()
    tasks: tuple[TaskRow, ...] = ()
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        return _("Failed jobs")
