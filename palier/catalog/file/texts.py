"""Texts for people, in every language of the provider."""

from typing import Annotated, Any
from urllib.parse import urlsplit

from babel import Locale, UnknownLocaleError
from pydantic import BeforeValidator, ValidationInfo

from palier.catalog.file.known import known_to, said

FORMS = ("zero", "one", "two", "few", "many", "other")


def _texts(written: Any, info: ValidationInfo) -> dict[str, str]:
    """{language: text}. A file of one language may write the text alone."""
    languages = known_to(info).languages
    if isinstance(written, str) and len(languages) == 1:
        written = {languages[0]: written}
    by_language = _by_language(written, languages, "a text")
    missing = [language for language in languages if not _is_text(by_language.get(language))]
    if missing:
        raise ValueError(_missing(missing))
    return {language: by_language[language].strip() for language in languages}


def _addresses(written: Any, info: ValidationInfo) -> dict[str, str]:
    by_language = _texts(written, info)
    for text in by_language.values():
        parts = urlsplit(text)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{said(text)} is not an address: write it like https://example.com")
    return by_language


def _counted(written: Any, info: ValidationInfo) -> dict[str, dict[str, str]]:
    """{language: {one: mailbox, other: mailboxes}}."""
    languages = known_to(info).languages
    if isinstance(written, dict) and len(languages) == 1 and written.keys() <= set(FORMS):
        written = {languages[0]: written}
    by_language = _by_language(written, languages, "the words after a number")
    missing = [language for language in languages if not by_language.get(language)]
    if missing:
        raise ValueError(_missing(missing))
    for language, forms in by_language.items():
        if not isinstance(forms, dict) or not {"one", "other"} <= forms.keys() <= set(FORMS):
            raise ValueError(f"{language} needs one and other, such as {{one: mailbox, other: mailboxes}}")
        if not all(map(_is_text, forms.values())):
            raise ValueError(f"a word is empty in {language}")
    return by_language


def _by_language(written: Any, languages: tuple[str, ...], what: str) -> dict[str, Any]:
    if not languages:  # the provider's languages are missing, which is said there
        return {}
    if not isinstance(written, dict):
        raise ValueError(
            f"write {what} in each language: {{{', '.join(f'{code}: …' for code in languages)}}}"
        )
    strange = [str(language) for language in written if language not in languages]
    if strange:
        raise ValueError(
            f"{' and '.join(strange)}: not a language of this catalogue (provider.languages: {', '.join(languages)})"
        )
    return written


def _is_text(written: Any) -> bool:
    return isinstance(written, str) and bool(written.strip())


def _missing(languages: list[str]) -> str:
    names = " and ".join(f"{_english_name(code)} ({code})" for code in languages)
    return f"the {names} text is missing" if len(languages) == 1 else f"the {names} texts are missing"


def _english_name(language: str) -> str:
    try:
        return Locale.parse(language).get_display_name("en") or language
    except (UnknownLocaleError, ValueError):
        return language


Texts = Annotated[dict[str, str], BeforeValidator(_texts)]
Addresses = Annotated[dict[str, str], BeforeValidator(_addresses)]
Counted = Annotated[dict[str, dict[str, str]], BeforeValidator(_counted)]
