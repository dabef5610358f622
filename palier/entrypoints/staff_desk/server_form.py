"""A server as staff write it: its driver says which settings it wants, and which of them are secrets.

What is secret is written and never shown again: its field is always empty.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from palier.drivers.registry import panel_class
from palier.provisioning.models import Server
from palier.provisioning.panels import no_secrets
from palier.provisioning.write_server import NotAccepted, Written
from palier.words.servers import not_accepted

#: What drivers call things, for people; what is not here is shown by the driver's own name.
LABELS = {
    "user": gettext_lazy("User"),
    "token": gettext_lazy("Token"),
    "token_name": gettext_lazy("Name of the token"),
    "key": gettext_lazy("Key"),
    "password": gettext_lazy("Password"),
    "secret": gettext_lazy("Secret"),
    "client_certificate": gettext_lazy("Our certificate there (PEM)"),
    "client_key": gettext_lazy("Its private key (PEM)"),
    "read_seconds": gettext_lazy("Seconds to wait for an answer"),
}


class ServerForm(forms.Form):
    """`server` is the one to change; none, for one to add."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("What products call it, such as web-2."),
        max_length=40,
    )
    name = forms.CharField(
        label=gettext_lazy("Name"), help_text=gettext_lazy("What your team calls it."), max_length=80
    )
    url = forms.CharField(
        label=gettext_lazy("Address"),
        help_text=gettext_lazy("Where its panel answers, with its port: https://panel.example:2087"),
        max_length=300,
    )

    def __init__(
        self, *args: Any, driver: str, server: Server | None = None, language: str = "", **named: Any
    ) -> None:
        if server is not None:
            kept = {f"set_{name}": value for name, value in server.options.items()}
            named["initial"] = {"name": server.names.get(language, str(server)), "url": server.url, **kept}
        super().__init__(*args, **named)
        self.driver = driver
        kept_secrets = frozenset(server.sealed if server else ())
        wanted = panel_class(driver).needs
        if server is not None:
            del self.fields["code"]
        if "url" not in wanted:
            del self.fields["url"]
        for name in _settings(driver):
            self.fields[f"set_{name}"] = _plain(name, required=name in wanted)
        for name in _secrets(driver, kept_secrets):
            self.fields[f"secret_{name}"] = _secret(name, name in kept_secrets)

    @property
    def written(self) -> Written:
        """Of a form that is right."""
        said = self.cleaned_data
        return Written(
            said["name"],
            said.get("url", ""),
            settings=dict(_of("set_", said)),
            secrets=dict(_of("secret_", said)),
        )

    def refuse(self, refused: NotAccepted) -> None:
        """Say at the right field why it cannot be kept."""
        place = {"settings": f"set_{refused.named}"}.get(refused.place, refused.place)
        self.add_error(place if place in self.fields else None, not_accepted(refused.code, refused.named))


def _settings(driver: str) -> list[str]:
    """Those that may be seen: what the driver cannot do without first."""
    needs, plain = panel_class(driver).needs, panel_class(driver).no_secrets
    return [name for name in needs if name in plain and name != "url"] + sorted(plain - {*needs, "url"})


def _secrets(driver: str, kept: frozenset[str]) -> list[str]:
    harmless = no_secrets(driver)
    needed = [name for name in panel_class(driver).needs if name != "url" and name not in harmless]
    return needed + sorted(kept - {*needed})


def _plain(name: str, *, required: bool) -> forms.CharField:
    label = str(LABELS.get(name, name))
    return forms.CharField(
        label=label if required else _("%(field)s (optional)") % {"field": label},
        required=required,
        max_length=200,
    )


def _secret(name: str, is_kept: bool) -> forms.CharField:
    widget: forms.Widget
    if name.startswith("client_"):
        widget = forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"})
    else:
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(
        label=str(LABELS.get(name, name)),
        help_text=_("Kept. Leave it empty to go on with it.")
        if is_kept
        else _("Kept encrypted, and shown to nobody."),
        required=not is_kept,
        max_length=20_000,
        widget=widget,
    )


def _of(start: str, said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in said.items():
        if name.startswith(start) and value:
            yield name.removeprefix(start), str(value)
