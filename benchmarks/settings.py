"""The product's settings for a benchmark: the demo's machines, quiet logs, mail to nobody, one page more."""

import os

os.environ.setdefault("PALIER_DEMO", "1")
os.environ.setdefault("PALIER_LOG_LEVEL", "ERROR")

from config.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks"]  # noqa: F405
