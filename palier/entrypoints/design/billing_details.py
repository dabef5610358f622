"""To whom invoices are made out: the form of both entrances."""

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from palier.core.address import PROVINCES, InvalidPostalCode, postal_code
from palier.core.vat_number import InvalidVatNumber, vat_number
from palier.people.billing_details import BillingDetails
from palier.words.places import countries, country_name, provinces


class BillingDetailsForm(forms.Form):
    """What is written is made what that country writes; what cannot be is said with what it should look like."""

    name = forms.CharField(
        label=gettext_lazy("Name of the business or person"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    street = forms.CharField(
        label=gettext_lazy("Street"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    city = forms.CharField(
        label=gettext_lazy("City"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )
    region = forms.ChoiceField(
        label=gettext_lazy("Province or territory"),
        required=False,
        widget=forms.Select(attrs={"autocomplete": "address-level1"}),
    )
    postal_code = forms.CharField(
        label=gettext_lazy("Postal code"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )
    country = forms.ChoiceField(
        label=gettext_lazy("Country"), widget=forms.Select(attrs={"autocomplete": "country"})
    )
    vat_number = forms.CharField(
        label=gettext_lazy("VAT number (optional)"),
        help_text=gettext_lazy("For a business in the European Union, with the letters of its country."),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        self._choices("country").choices = countries(language)
        self._choices("region").choices = [("", _("Outside of Canada")), *provinces()]

    def _choices(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        return field

    def clean(self) -> dict[str, Any]:
        written = super().clean() or {}
        country = written.get("country", "")
        if country:
            self._clean_region(written, country)
            self._clean_postal_code(written, country)
            self._clean_vat_number(written, country)
        return written

    def _clean_region(self, written: dict[str, Any], country: str) -> None:
        if country != "CA":
            written["region"] = ""
        elif written.get("region") not in PROVINCES:
            self.add_error("region", _("Choose the province or territory: taxes follow it."))

    def _clean_postal_code(self, written: dict[str, Any], country: str) -> None:
        try:
            written["postal_code"] = postal_code(written.get("postal_code", ""), country)
        except InvalidPostalCode as error:
            sentence = _("Write it as it stands on an envelope, such as %(example)s.")
            self.add_error("postal_code", sentence % {"example": error.looks_like})

    def _clean_vat_number(self, written: dict[str, Any], country: str) -> None:
        try:
            written["vat_number"] = vat_number(written.get("vat_number", ""), country)
        except InvalidVatNumber as error:
            self.add_error("vat_number", _not_a_number(error, country))

    @property
    def details(self) -> BillingDetails:
        """Of a form that is right."""
        return BillingDetails(**self.cleaned_data)


def _not_a_number(error: InvalidVatNumber, country: str) -> str:
    name = country_name(country, get_language() or "en")
    if not error.looks_like:
        return _(
            "%(country)s is not in the European Union: leave the VAT number empty, or correct the country."
        ) % {"country": name}
    return _(
        "This is not a VAT number of the country of the address, %(country)s. It looks like %(example)s: copy it "
        "from the registration of the business."
    ) % {"country": name, "example": error.looks_like}


def details_form(details: BillingDetails) -> BillingDetailsForm:
    """The form as it stands before anything is written into it."""
    return BillingDetailsForm(initial={name: getattr(details, name) for name in details.__slots__})
