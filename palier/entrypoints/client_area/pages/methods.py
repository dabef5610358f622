"""The saved payment methods: which is charged at renewals, adding one, letting one go."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.utils.translation import gettext as _

from palier.entrypoints.design.parts import Crumb


@dataclass(frozen=True)
class MethodRow:
    """`expires_on` is the last day it is good; acts that this member may not do have no address."""

    label: str
    is_default: bool
    expires_on: date | None = None
    is_expired: bool = False
    default_url: str = ""
    remove_url: str = ""


@dataclass(frozen=True)
class NewMethod:
    """A gateway where one can be added, in a POST to `url`; `label` where there are several."""

    url: str
    label: str = ""


@dataclass(frozen=True)
class MethodsPage:
    """`waiting` while a gateway has not said yet what became of the last one."""

    section: ClassVar[str] = "invoices"
    methods: tuple[MethodRow, ...] = ()
    new: tuple[NewMethod, ...] = ()
    waiting: bool = False
    crumbs: tuple[Crumb, ...] = ()

    @property
    def is_live(self) -> bool:
        return self.waiting

    @property
    def title(self) -> str:
        return _("Payment methods")


@dataclass(frozen=True)
class RemoveMethodPage:
    """What letting a method go means. `next_default` is charged at renewals instead, empty when none is left."""

    section: ClassVar[str] = "invoices"
    label: str
    is_default: bool
    next_default: str
    remove_url: str
    back_url: str
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        return _("Remove %(method)s") % {"method": self.label}
