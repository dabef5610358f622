"""What a document must say of a tax that is not charged, in its language."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from palier.core.tax_due import TaxNote


def tax_note(note: TaxNote, tax_name: str, language: str) -> str:
    """A sentence to print. The reverse charge is named as Directive 2006/112/EC, article 226 (11a), wants it."""
    with override(language):
        if note.code == "reverse_charge":
            return _(
                "Reverse charge: the customer is liable for the VAT (article 196 of Directive 2006/112/EC)."
            )
        if note.certificate:
            return _("Exempt from %(tax)s, certificate %(certificate)s.") % {
                "tax": tax_name,
                "certificate": note.certificate,
            }
        return _("Exempt from %(tax)s.") % {"tax": tax_name}
