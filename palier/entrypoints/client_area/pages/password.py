"""Changing the password of a service, on its panel. It is neither kept nor shown again."""

from dataclasses import dataclass
from typing import ClassVar

from django.forms import BaseForm
from django.utils.translation import gettext as _

from palier.entrypoints.design.parts import Crumb


@dataclass(frozen=True)
class PasswordPage:
    """`form` is forms.PasswordForm. `generated` is a password just made and set, to be shown this once.
    `stops` is a sentence when the password cannot be changed now. `page_id` is another one each time the page is shown,
    and goes back in the POST that has a password made."""

    section: ClassVar[str] = "services"
    plan_name: str
    label: str
    account: str
    url: str
    service_url: str
    form: BaseForm | None = None
    panel_name: str = ""
    generated: str = ""
    stops: str = ""
    page_id: str = ""
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        return _("Change password")
