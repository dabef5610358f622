"""Reading, checking and compiling the catalogues."""

import gettext
import os

import pytest

from config import translations

HEADER = """msgid ""
msgstr ""
"Language: fr\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"
"""


@pytest.fixture
def room(tmp_path):
    """A little product with one template and one Python file, and the place of its catalogue."""
    source = tmp_path / "room"
    source.mkdir()
    (source / "page.html").write_text(
        """{% load i18n %}
    <p title="an 'odd ( quote">{% translate "It’s (here)" %}
  {% blocktranslate trimmed count n=n %}
      One day
    {% plural %}
      {{ n }} days
  {% endblocktranslate %}</p>
        {% translate "Open" context "door" %}{{ _("In a variable") }}"""
    )
    (source / "code.py").write_text(
        'from django.utils.translation import gettext as _\n_("Pay %(amount)s")\n'
    )
    catalogue = tmp_path / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    catalogue.parent.mkdir(parents=True)
    return source, catalogue


COMPLETE = """
msgid "It’s (here)"
msgstr "C’est (ici)"

msgid "One day"
msgid_plural "%(n)s days"
msgstr[0] "Un jour"
msgstr[1] "%(n)s jours"

msgctxt "door"
msgid "Open"
msgstr "Ouverte"

msgid "In a variable"
msgstr "Dans une variable"

#, python-format
msgid "Pay %(amount)s"
msgstr "Payer %(amount)s"
"""


def test_sentences_are_read_from_templates_and_code_with_plural_and_context(room):
    found = [(sentence.id, sentence.context) for sentence in translations.sentences(room[0]).values()]
    assert found == [
        ("Pay %(amount)s", None),
        ("It’s (here)", None),
        (("One day", "%(n)s days"), None),
        ("Open", "door"),
        ("In a variable", None),
    ]


def test_a_complete_catalogue_has_nothing_wrong(room):
    source, catalogue = room
    catalogue.write_text(HEADER + COMPLETE)
    assert translations.incomplete(source, catalogue) == []
    assert translations.unused(source, catalogue) == []


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ('msgid "In a variable"', 'msgid "Elsewhere"', "missing: 'In a variable'"),
        ('msgstr "Ouverte"', 'msgstr ""', "without translation: 'Open'"),
        ('msgstr[1] "%(n)s jours"', 'msgstr[1] ""', "without translation: 'One day'"),
        ("#, python-format", "#, python-format, fuzzy", "fuzzy: 'Pay %(amount)s'"),
        ('msgstr "Payer %(amount)s"', 'msgstr "Payer %(montant)s"', "'Pay %(amount)s': "),
        ('msgid "In a variable"', 'msgid "It’s (here)"\nmsgstr "x"\n\nmsgid "In a variable"', "twice: "),
        ('msgid_plural "%(n)s days"\nmsgstr[0]', "msgstr", "plural in one place only: 'One day'"),
        ('msgstr "Ouverte"', "Ouverte", "cannot be read"),
    ],
)
def test_what_is_not_complete_is_named(room, old, new, wrong):
    source, catalogue = room
    assert old in COMPLETE
    catalogue.write_text(HEADER + COMPLETE.replace(old, new))
    assert any(wrong in found for found in translations.incomplete(source, catalogue))


def test_compiled_sentences_know_the_french_plural_and_are_written_once(room):
    _, catalogue = room
    catalogue.write_text(HEADER + COMPLETE)
    locale = catalogue.parents[2]
    (compiled,) = translations.compile_stale(locale)
    with compiled.open("rb") as file:
        french = gettext.GNUTranslations(file)
    assert [french.ngettext("One day", "%(n)s days", n) for n in (0, 1, 2)] == [
        "Un jour",
        "Un jour",
        "%(n)s jours",
    ]
    assert translations.compile_stale(locale) == []
    os.utime(catalogue, (compiled.stat().st_mtime + 5,) * 2)
    assert translations.compile_stale(locale) == [compiled]
