"""Reading the pages that the product answers with."""

import re
from html import unescape

from django.http import HttpResponse


def text(answer: HttpResponse) -> str:
    """What a page says, without its marks; spaces that do not break are plain ones."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


def field(answer: HttpResponse, name: str) -> str:
    """The value of a field of a page's form."""
    found = re.search(rf'<input[^>]*name="{re.escape(name)}"[^>]*value="([^"]*)"', answer.content.decode())
    assert found, f"no field {name}"
    return unescape(found[1])


def links(answer: HttpResponse) -> list[str]:
    """Where the page's links and forms lead."""
    return [
        unescape(address) for address in re.findall(r'(?:href|action)="([^"]*)"', answer.content.decode())
    ]
