"""The list of customers, and what was searched for in it."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.utils.translation import gettext as _

from palier.entrypoints.design.parts import Crumb, Paging


@dataclass(frozen=True)
class CustomerRow:
    url: str
    name: str
    place: str
    customer_since: date


@dataclass(frozen=True)
class CustomersPage:
    """The form is a GET of its own address, with the field `q`."""

    section: ClassVar[str] = "customers"
    url: str
    searched: str
    found: int
    customers: tuple[CustomerRow, ...] = ()
    paging: Paging | None = None
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        return _("Customers")
