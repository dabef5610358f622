"""Collecting static files copies the imports of `palier.css` into it, so that a page asks for one file.

While developing, the browser follows the imports by itself: there is no build step.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.base import ContentFile

WHOLE = "palier/css/palier.css"
_IMPORT = re.compile(r'@import "([a-z]+\.css)";')
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_INDENT = re.compile(r"\n\s+")


class BundledManifestStorage(ManifestStaticFilesStorage):
    """Django's manifest storage, after the imports have been copied in."""

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if WHOLE in paths and not dry_run:
            storage, path = paths[WHOLE]
            self.delete(WHOLE)
            self.save(WHOLE, ContentFile(bundled(Path(storage.path(path))).encode()))
            paths = {**paths, WHOLE: (self, WHOLE)}
        yield from super().post_process(paths, dry_run, **options)


def bundled(whole: Path) -> str:
    """The text of a stylesheet with its imports in place, without comments and indentation."""
    text = _IMPORT.sub(
        lambda found: (whole.parent / found[1]).read_text(encoding="utf-8"), whole.read_text(encoding="utf-8")
    )
    return _INDENT.sub("\n", _COMMENT.sub("", text)).strip() + "\n"
