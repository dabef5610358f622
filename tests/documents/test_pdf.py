"""The PDF says what the page says, archives well, runs nothing that a customer wrote, and is the same every time."""

import re
import threading
from dataclasses import replace
from typing import Any

import pytest
import typst

from palier.core.money import Money
from palier.documents import pdf
from palier.documents.paper import Paper, Settlement
from palier.documents.pdf import NotPrinted, printed
from palier.documents.sheet import Sheet, sheet
from tests.documents.papers import CARD, ON, paper, settled
from tests.documents.pdf_text import pages, text

LONG = "Passage du Forfait A au Forfait B, ateliers-boreale.example : la différence du 23 novembre au 14 décembre. "


def shown(one: Paper) -> str:
    return text(printed(sheet(one)))


def all_words(one: Sheet) -> list[str]:
    rows = [*one.lines, *one.sums, *(row for section in one.sections for row in section.rows)]
    said = [one.title, one.issuer, one.day, *one.sentences, *one.notes, *(s.heading for s in one.sections)]
    said += [line for block in one.blocks for line in (block.heading, *block.lines)]
    said += [part for row in rows for part in (row.text, row.amount, row.note)]
    return [" ".join(part.replace("\u00a0", " ").split()) for part in said if part]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_word_of_the_page_is_in_the_pdf(language: str) -> None:
    one = sheet(
        settled(
            replace(paper(language=language), notes=("Autoliquidation, article 196.",)),
            Settlement(ON, "payment_received", Money(1000, "CAD"), CARD),
            Settlement(ON, "kept_for_customer", Money(-275, "CAD")),
        )
    )
    printed_text = text(printed(one))
    assert [word for word in all_words(one) if word not in printed_text] == []


def test_a_long_document_goes_on_with_its_headings_and_page_numbers() -> None:
    lines = [(f"{number}. {LONG * (1 + number % 3)}", 630, ()) for number in range(40)]
    found = pages(printed(sheet(paper(lines))))
    assert len(found) > 3
    for number, page in enumerate(found, start=1):
        said = " ".join(page.split())
        assert "Description" in said
        assert f"page {number} sur {len(found)}" in said
        assert "Facture 2026-0042" in said


@pytest.mark.parametrize(
    "name",
    [
        '#read("/etc/passwd")',
        "#panic[au secours]",
        "*gras* _italique_ $x^2$ @note <étiquette> `code` // rien",
        '"); #import "@preview/tablex:0.0.8": *',
        "\\u{1F600} \\ # = Titre",
        "Łódź Œuvres Čapek Ελλάδα Київ",
    ],
)
def test_what_a_customer_is_called_prints_as_it_is(name: str) -> None:
    assert " ".join(name.split()) in shown(paper(buyer=name))


def test_the_template_can_read_no_file_outside_its_folder() -> None:
    with pytest.raises(typst.TypstError):
        typst.Compiler(b'#read("/../pdf.py")', root=pdf.PRESS).compile(format="pdf")
    assert "read(" not in pdf.TEMPLATE.read_text("utf-8")


def test_a_name_that_our_letters_do_not_have_is_still_an_invoice() -> None:
    assert "Facture 2026-0042" in shown(paper(buyer="漢字 😀"))


def test_the_same_document_is_the_same_file() -> None:
    one = sheet(paper())
    first = printed(one)
    pdf._compiler.cache_clear()
    assert printed(one) == first
    assert printed(sheet(replace(paper(), name="2026-0043"))) != first


def test_it_says_that_it_archives_what_it_is_and_in_which_language() -> None:
    made = printed(sheet(paper()))
    assert b"<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in made
    assert b'<rdf:li xml:lang="x-default">Facture 2026-0042</rdf:li>' in made
    assert b"fr-CA" in made and b"/StructTreeRoot" in made
    assert b"/CreationDate(D:20261123" in made


@pytest.mark.parametrize(("size", "box"), [("us-letter", b"612 792"), ("a4", b"595.2756 841.8898")])
def test_the_paper_is_that_of_the_providers_country(size: Any, box: bytes) -> None:
    assert re.search(rb"/MediaBox\[0 0 " + box, printed(sheet(replace(paper(), size=size))))


def test_a_fault_of_the_template_is_said_as_one() -> None:
    broken = replace(sheet(paper()), size="no-such-paper")
    with pytest.raises(NotPrinted):
        printed(broken)


def test_threads_take_turns_at_the_press() -> None:
    sheets = [sheet(replace(paper(), name=f"2026-{number:04}")) for number in range(8)]
    made: dict[int, bytes] = {}

    def make(number: int) -> None:
        made[number] = printed(sheets[number])

    threads = [threading.Thread(target=make, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(f"2026-{number:04}" in text(made[number]) for number in range(8))
