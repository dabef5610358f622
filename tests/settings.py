"""The product's settings, with what tests change: the demo is on, passwords hash quickly, mail stays here."""

import os
from pathlib import Path

os.environ["PALIER_DEMO"] = "1"
os.environ["PALIER_VAR"] = str(Path(__file__).parent.parent / "var" / "tests")
os.environ.setdefault("PALIER_SECRET_KEY", "tests-only")
os.environ.setdefault("PALIER_KEYS", "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=")

from config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# A command run by a test finds the test's database.
DATABASE_AT_HAND = "contextlib.nullcontext"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
