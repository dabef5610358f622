"""The pages of letters."""

from django.urls import reverse

from palier.entrypoints.demo.letters import Letter, letters, names
from palier.entrypoints.demo.pages.letters import LetterPage, LetterRow, LettersPage
from palier.events import clock


def letters_page() -> LettersPage:
    rows = tuple(
        LetterRow(reverse("demo:letter", args=[one.name]), one.title, one.to, one.caught_at)
        for one in letters()
    )
    return LettersPage(now=clock.real_now(), letters=rows, total=len(names()))


def letter_page(letter: Letter) -> LetterPage:
    return LetterPage(
        subject=letter.title,
        to=letter.to,
        sender=letter.sender,
        language=letter.language,
        caught_at=letter.caught_at,
        text=letter.text,
        html_url=reverse("demo:letter_html", args=[letter.name]) if letter.html else "",
        list_url=reverse("demo:mail"),
    )
