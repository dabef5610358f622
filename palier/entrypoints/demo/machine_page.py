"""The shell of the pages of the demo's two machines: French or English, no inline style, no script at all."""

from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from palier.entrypoints.demo.little_server import Answer

STYLE = Path(__file__).with_name("machine.css").read_bytes()
STYLE_PATH = "/machine.css"
OTHER = {"fr": ("en", "English"), "en": ("fr", "Français")}


def style() -> Answer:
    return Answer(200, STYLE, "text/css; charset=utf-8")


def page(
    language: str,
    name: str,
    title: str,
    body: str,
    *,
    also_send_to: str = "",
    kept_query: str = "",
    status: int = 200,
) -> Answer:
    """`body` is HTML; the rest is text. `also_send_to` is where a form's answer may redirect to.

    Browsers check `form-action` on the redirect as well, so the way back must be named. `kept_query` ends
    with "&" and goes before the other language in its link.
    """
    other, other_name = OTHER[language]
    html = f"""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} · {escape(name)}</title>
<link rel="stylesheet" href="{STYLE_PATH}">
</head>
<body>
<header class="top"><strong>{escape(name)}</strong>
<a href="?{escape(kept_query)}lang={other}" lang="{other}">{other_name}</a></header>
<main>
{body}
</main>
</body>
</html>
"""
    policy = (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action 'self' {origin(also_send_to)}"
    )
    headers = {
        "Content-Security-Policy": policy.strip(),
        "Content-Language": language,
        "Referrer-Policy": "no-referrer",
        "Vary": "Accept-Language",
    }
    return Answer(status, html.encode(), "text/html; charset=utf-8", headers)


def origin(address: str) -> str:
    """Scheme and host of a web address that fits in a header; empty for anything else."""
    parts = urlsplit(address)
    found = f"{parts.scheme}://{parts.netloc}"
    is_plain = parts.scheme in ("http", "https") and not any(mark in found for mark in " ;,'\"\r\n")
    return found if is_plain and parts.netloc else ""
