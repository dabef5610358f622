"""Django settings, from the environment: assembly, no behaviour."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECRET_KEY = "to-be-replaced"
DEMO = True
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "pgtrigger",
    "procrastinate.contrib.django",
    "palier.events",
    "palier.people",
    "palier.work",
    "palier.catalog",
    "palier.ledger",
    "palier.billing",
    "palier.subscriptions",
    "palier.provisioning",
    "palier.plan_changes",
    "palier.notices",
]
AUTH_USER_MODEL = "people.User"
USE_TZ = True
TIME_ZONE = "UTC"
