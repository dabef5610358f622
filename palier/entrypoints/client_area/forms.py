"""The forms of the client area: what may be written, and how it is said when it is wrong."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

LEAST_LENGTH = 12


class PasswordForm(forms.Form):
    """A service's new password, twice. The panel may have further rules of its own and refuse it."""

    password = forms.CharField(
        label=_("New password"),
        help_text=_("At least 12 characters; a sentence of several words is good."),
        min_length=LEAST_LENGTH,
        max_length=72,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("The same password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        written = super().clean() or {}
        if "password" in written and "again" in written and written["password"] != written["again"]:
            self.add_error("again", _("The two passwords are not the same."))
        return written


class CancellationForm(forms.Form):
    """When a service should end, and why if one wishes to say."""

    WHEN = [("renewal", _("At next renewal")), ("now", _("At once"))]

    when = forms.ChoiceField(
        label=_("When should it end?"), choices=WHEN, initial="renewal", widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Why are you leaving? (optional)"),
        help_text=_("It helps us to do better. A person reads it."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    #: What was read of the money that an end at once gives back: sent with the confirmation only.
    promise = forms.CharField(max_length=100, required=False, widget=forms.HiddenInput)
