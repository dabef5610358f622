"""Make a letter to one person a plain text and a page of mail."""

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from palier.notices.letter import Letter
from palier.people.models import Customer, Provider, User
from palier.words.languages import locale_of


def rendered(
    letter: Letter, *, url: str, user: User, customer: Customer, provider: Provider, language: str
) -> tuple[str, str]:
    """(text, html) in the active language, which is `language`. `url` is where the button leads."""
    context = {
        "letter": letter,
        "url": url,
        "greeting": _("Hello %(name)s,") % {"name": user.name} if user.name else _("Hello,"),
        "provider": provider,
        "customer": customer,
        "language_tag": str(locale_of(language)).replace("_", "-"),
    }
    return (
        render_to_string("notices/letter.txt", context).strip() + "\n",
        render_to_string("notices/letter.html", context),
    )
