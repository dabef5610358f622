"""The forms by which staff give money back: what may be written, and how it is said when it is wrong."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from palier.core.money import Money, UnreadableAmount
from palier.words.amounts import amount as written
from palier.words.amounts import read_amount

ALL = "all"


class AmountField(forms.CharField):
    """An amount above zero as people type it, in one currency; None where it is left out."""

    def __init__(self, currency: str, *, label: str, help_text: str) -> None:
        typed = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_length=30, required=False, widget=typed, label=label, help_text=help_text)
        self.currency = currency

    def clean(self, value: str) -> Money | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            money = read_amount(text, self.currency)
        except UnreadableAmount:
            raise forms.ValidationError(_("Write an amount such as 12.50.")) from None
        if money.minor <= 0:
            raise forms.ValidationError(_("Write an amount above zero."))
        return money


class CreditForm(forms.Form):
    """What to give back of an invoice, why, and where what was paid of it goes."""

    def __init__(
        self,
        typed: Mapping[str, Any] | None = None,
        *,
        currency: str,
        lines: Sequence[tuple[str, str]],
        where: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(typed, auto_id="%s")
        every = [(ALL, _("The whole invoice")), *lines]
        self.fields["line"] = forms.ChoiceField(
            label=_("What is given back"),
            choices=every,
            initial=ALL,
            widget=forms.RadioSelect if lines else forms.HiddenInput,
        )
        self.fields["amount"] = AmountField(
            currency,
            label=_("Amount before tax"),
            help_text=_("Leave it empty to give back all that is left."),
        )
        self.fields["said"] = forms.CharField(
            label=_("Because"),
            help_text=_("The client reads this sentence on the credit note."),
            max_length=300,
            widget=forms.Textarea({"rows": 3}),
        )
        if len(where) > 1:
            self.fields["to"] = forms.ChoiceField(
                label=_("Where it goes"), choices=where, initial=where[0][0], widget=forms.RadioSelect
            )

    @property
    def line_id(self) -> UUID | None:
        line = self.cleaned_data["line"]
        return None if line == ALL else UUID(line)

    @property
    def net(self) -> int | None:
        money: Money | None = self.cleaned_data["amount"]
        return money.minor if money else None

    def too_much(self, left: Money, language: str) -> None:
        if left.minor > 0:
            said = _("At most %(amount)s before tax is left of it.") % {"amount": written(left, language)}
            self.add_error("amount", said)
        else:
            self.add_error(None, _("Nothing is left of it to give back."))


class RefundForm(forms.Form):
    """How much of the credit balance goes back to what paid an invoice, and why."""

    said = forms.CharField(
        label=gettext_lazy("Because"),
        help_text=gettext_lazy("For our own record."),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, typed: Mapping[str, Any] | None = None, *, currency: str) -> None:
        super().__init__(typed, auto_id="%s")
        self.fields["amount"] = AmountField(
            currency,
            label=_("Amount"),
            help_text=_("Leave it empty to send back all that can be."),
        )
        self.order_fields(["amount", "said"])

    def too_much(self, left: Money, language: str) -> None:
        self.add_error(
            "amount", _("At most %(amount)s can go back there.") % {"amount": written(left, language)}
        )
