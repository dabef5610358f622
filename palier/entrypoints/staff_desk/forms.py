"""The forms of the staff desk: what may be written, and how it is said when it is wrong."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from palier.core.tax_due import Exemption


def _day(label: Any, *, required: bool, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


class DelayForm(forms.Form):
    """A promise to pay: its last day, and why it was believed."""

    promised_on = forms.DateField()
    note = forms.CharField(max_length=500)


class ExemptionForm(forms.Form):
    """A tax that a customer does not pay. `taxes` are the codes and names to choose from."""

    prefix = "exempt"

    tax = forms.ChoiceField(label=gettext_lazy("Tax"), required=False)
    certificate = forms.CharField(
        label=gettext_lazy("Certificate"),
        help_text=gettext_lazy("Its number, as invoices will name it."),
        max_length=60,
    )
    reason = forms.CharField(label=gettext_lazy("Reason (optional)"), max_length=200, required=False)
    from_on = _day(gettext_lazy("From"), required=True)
    until_on = _day(
        gettext_lazy("Until (optional)"),
        required=False,
        help_text=gettext_lazy("The first day on which it is over."),
    )

    def __init__(self, *args: Any, taxes: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["tax"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("All taxes")), *taxes]

    def clean(self) -> dict[str, Any]:
        written = super().clean() or {}
        first, last = written.get("from_on"), written.get("until_on")
        if first and last and last <= first:
            self.add_error("until_on", _("Write a day after the first one, or leave it empty."))
        return written

    @property
    def exemption(self) -> Exemption:
        """Of a form that is right."""
        said = self.cleaned_data
        return Exemption(said["tax"], said["from_on"], said["until_on"], said["certificate"])


class EndForm(forms.Form):
    """The day on which an exemption ends."""

    until_on = _day(gettext_lazy("Ends on"), required=True)
