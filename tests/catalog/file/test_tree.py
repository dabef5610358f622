import pytest

from palier.catalog.file.problems import InvalidCatalogue
from palier.catalog.file.tree import tree


def test_every_scalar_stays_the_text_that_was_written() -> None:
    written = tree("price: 9.00\nyes: no\nday: 2026-12-25\nopens: 09:00\n", "f.yaml").value
    assert written == {"price": "9.00", "yes": "no", "day": "2026-12-25", "opens": "09:00"}


@pytest.mark.parametrize("nothing", ["", "~", "null"])
def test_nothing_written_is_nothing(nothing: str) -> None:
    assert tree(f"phone: {nothing}\n", "f.yaml").value == {"phone": None}


def test_an_empty_text_in_quotes_is_a_text() -> None:
    assert tree('phone: ""\nfax: "~"\n', "f.yaml").value == {"phone": "", "fax": "~"}


def test_each_place_has_its_line() -> None:
    found = tree("a:\n  b: 1\n  c:\n    - x\n    - y\n", "f.yaml")
    assert found.lines[("a",)] == 1
    assert found.lines[("a", "b")] == 2
    assert found.lines[("a", "c", 1)] == 5


def test_a_place_that_is_not_there_has_the_line_of_what_is_around_it() -> None:
    found = tree("a:\n  b:\n    c: 1\n", "f.yaml")
    assert found.problem(("a", "b", "missing", "deeper"), "…").line == 2


def test_a_doubled_key_is_told_with_the_line_of_the_first() -> None:
    found = tree("a: 1\nb: 2\na: 3\n", "f.yaml")
    assert [str(problem) for problem in found.problems] == [
        "f.yaml:3: a: written twice, the first time on line 1: keep one of them"
    ]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: [1, 2\nb: 3\n", 2, "expected ',' or ']'"),
        ("a: 1\n\tb: 2\n", 2, "found character '\\t'"),
        ("a: 'text\n", 2, "unexpected end of stream"),
        ("a: 1\n---\nb: 2\n", 2, "found another document"),
        ("a: &x 1\nb: *x\n", 1, "anchors (&) and aliases (*) are not read here"),
        ("a: 1\nb: *x\n", 2, "anchors (&) and aliases (*) are not read here"),
    ],
)
def test_what_is_not_yaml_is_told_with_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(InvalidCatalogue) as raised:
        tree(text, "f.yaml")
    (problem,) = raised.value.problems
    assert (problem.line, said in problem.sentence) == (line, True), str(problem)


def test_a_character_that_no_text_may_hold_is_refused() -> None:
    (problem,) = tree('a: "x\\0y"\n', "f.yaml").problems
    assert "NUL" in problem.sentence
