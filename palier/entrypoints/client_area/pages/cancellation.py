"""Asking for the end of a service, at once or at renewal, and taking it back."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from django.forms import BaseForm
from django.utils.translation import gettext as _

from palier.entrypoints.design.parts import Crumb


@dataclass(frozen=True)
class OpenRequest:
    """A request that can still be withdrawn."""

    ends_on: date
    at_renewal: bool
    requested_at: datetime
    requested_by: str
    withdraw_url: str


@dataclass(frozen=True)
class CancellationPage:
    """`form` is forms.CancellationForm, None while a request is open. `open_change` is a sentence about the change
    that would be undone first."""

    section: ClassVar[str] = "services"
    plan_name: str
    label: str
    url: str
    service_url: str
    renewal_on: date | None
    form: BaseForm | None = None
    request: OpenRequest | None = None
    open_change: str = ""
    stops: str = ""
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        return _("Request cancellation")
