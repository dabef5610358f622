"""The list of one's products and services."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from palier.entrypoints.client_area.pages.parts import ServiceRow
from palier.entrypoints.design.parts import Crumb, Paging


@dataclass(frozen=True)
class ServicesPage:
    section: ClassVar[str] = "services"
    services: tuple[ServiceRow, ...] = ()
    crumbs: tuple[Crumb, ...] = ()
    paging: Paging | None = None

    @property
    def title(self) -> str:
        return _("My products & services")
