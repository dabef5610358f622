"""Take a picture of every sample of the gallery: both languages, phone and desktop, light and dark.

    python -m tests.browser.screenshots [--to DIR] [--axe axe.min.js] [--only NAME ...] [--print]

No database is needed. With --axe, the accessibility rules run on each page too and what they find is printed.
"""

import argparse
import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
WIDTHS = {"phone": 390, "desktop": 1280}


def main() -> None:
    wanted = _arguments()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    wanted.to.mkdir(parents=True, exist_ok=True)
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        names = wanted.only or _names()
        for language, (device, width), theme in product(wanted.languages, WIDTHS.items(), wanted.themes):
            if wanted.device and device != wanted.device:
                continue
            for name in names:
                file = wanted.to / f"{name}.{language}.{device}.{theme}.png"
                _photograph(browser, f"{address}/-/gallery/{name}/", file, language, width, theme, wanted)
        browser.close()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=Path("var/screenshots"))
    parser.add_argument("--axe", type=Path)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--languages", nargs="*", default=["fr", "en"])
    parser.add_argument("--themes", nargs="*", default=["light", "dark"])
    parser.add_argument("--device", choices=list(WIDTHS))
    parser.add_argument("--print", action="store_true", dest="on_paper")
    return parser.parse_args()


def _names() -> list[str]:
    from palier.entrypoints.design.gallery import samples

    return list(samples())


@contextmanager
def served() -> Iterator[str]:
    """The gallery on a free port, static files included."""
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.wsgi import get_wsgi_application

    settings.DEBUG = True
    settings.ALLOWED_HOSTS = ["*"]
    server = make_server("127.0.0.1", 0, StaticFilesHandler(get_wsgi_application()), handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        if not str(args[1]).startswith(("2", "3")):
            say(format % args)


def _photograph(
    browser: Browser, url: str, file: Path, language: str, width: int, theme: str, wanted: argparse.Namespace
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        locale=f"{language}-CA",
        color_scheme="dark" if theme == "dark" else "light",
        device_scale_factor=1,
        bypass_csp=wanted.axe is not None,
    )
    page = context.new_page()
    page.on("console", lambda said: say(f"{file.name}: {said.text}") if said.type == "error" else None)
    page.on("pageerror", lambda error: say(f"{file.name}: {error}"))
    page.goto(url, wait_until="load")
    page.evaluate("document.fonts.ready")
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": max(height, 700)})
    if wanted.on_paper:
        page.emulate_media(media="print")
    page.screenshot(path=file, full_page=True, animations="disabled")
    _say_if_it_overflows(page, file.name)
    if wanted.axe:
        _say_what_axe_finds(page, wanted.axe, file.name)
    context.close()


def _say_if_it_overflows(page: Page, name: str) -> None:
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        say(f"{name}: wider than the screen")


def _say_what_axe_finds(page: Page, axe: Path, name: str) -> None:
    page.add_script_tag(path=axe)
    found = page.evaluate(
        "axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 160))]))"
    )
    for rule, nodes in found:
        say(f"{name}: {rule}: {json.dumps(nodes[:3], ensure_ascii=False)}")


if __name__ == "__main__":
    main()
