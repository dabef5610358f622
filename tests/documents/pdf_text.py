"""What a PDF of ours says, page by page: enough of a reader for the files that typst writes."""

import re
import zlib
from collections.abc import Iterator

_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pages(pdf: bytes) -> list[str]:
    """The text of each page, one line for each run of letters."""
    objects = {int(one[1]): one[2] for one in re.finditer(rb"(\d+) 0 obj(.*?)endobj", pdf, re.S)}
    fonts = {number: _letters(objects, body) for number, body in objects.items() if b"/Type0" in body}
    return [
        "\n".join(_runs(_stream(objects[_named(body, b"Contents")]), _fonts_of(objects, body, fonts)))
        for body in objects.values()
        if re.search(rb"/Type/Page\b(?!s)", body)
    ]


def text(pdf: bytes) -> str:
    """All of it on one line, with spaces that a test can type."""
    return " ".join("\n".join(pages(pdf)).replace("\u00a0", " ").split())


def _named(body: bytes, name: bytes) -> int:
    found = re.search(rb"/" + name + rb" (\d+) 0 R", body)
    assert found is not None, name
    return int(found[1])


def _stream(body: bytes) -> bytes:
    head, _, rest = body.partition(b"stream\n")
    raw = rest[: rest.rindex(b"endstream")]
    return zlib.decompress(raw) if b"FlateDecode" in head else raw


def _letters(objects: dict[int, bytes], font: bytes) -> dict[int, str]:
    """Which letters each glyph stands for."""
    table = _stream(objects[_named(font, b"ToUnicode")])
    found = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.S):
        for glyph, letters in re.findall(rb"<([0-9A-F]+)> <([0-9A-F]+)>", block):
            found[int(glyph, 16)] = bytes.fromhex(letters.decode()).decode("utf-16-be")
    return found


def _fonts_of(
    objects: dict[int, bytes], page: bytes, fonts: dict[int, dict[int, str]]
) -> dict[bytes, dict[int, str]]:
    used = re.findall(rb"/(f\d+) (\d+) 0 R", objects[_named(page, b"Resources")])
    return {name: fonts[int(number)] for name, number in used}


def _runs(content: bytes, fonts: dict[bytes, dict[int, str]]) -> list[str]:
    """Each array or string that is shown, in the font that was set before it."""
    runs = []
    for one in re.finditer(rb"/(f\d+) [\d.]+ Tf", content):
        glyphs = b"".join(_strings(content, one.end(), content.index(b"ET", one.end())))
        numbers = (int.from_bytes(glyphs[at : at + 2]) for at in range(0, len(glyphs), 2))
        runs.append("".join(fonts[one[1]].get(number, "□") for number in numbers))
    return runs


def _strings(content: bytes, at: int, end: int) -> Iterator[bytes]:
    """The strings between two places; parentheses inside one are in pairs, or escaped."""
    while (start := content.find(b"(", at)) >= 0 and start < end:
        at, depth = start + 1, 1
        while depth:
            if content[at : at + 1] == b"\\":
                at += 1
            else:
                depth += {b"(": 1, b")": -1}.get(content[at : at + 1], 0)
            at += 1
        end = max(end, at)
        yield _unescaped(content[start + 1 : at - 1])


def _unescaped(literal: bytes) -> bytes:
    def one(found: re.Match[bytes]) -> bytes:
        said = found[1]
        return bytes([int(said, 8)]) if said.isdigit() else _ESCAPES.get(said, said)

    return re.sub(rb"\\([0-7]{1,3}|.)", one, literal, flags=re.S)
