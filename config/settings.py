"""Django settings, from the environment: assembly, no behaviour (docs/reference/settings.md)."""

import json
from pathlib import Path
from urllib.parse import urlsplit

from config import containers, environment, keys
from config.database.address import settings_from_url, settings_of_embedded
from config.jobs import with_task_number
from config.logs import configure_structlog, logging_settings

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(environment.text("PALIER_VAR", str(ROOT / "var")))
environment.listen_to_run(VAR)

DEMO = environment.flag("PALIER_DEMO")
DEBUG = environment.flag("PALIER_DEBUG")
BASE_URL = environment.text("PALIER_BASE_URL", "http://127.0.0.1:8000").rstrip("/")

SECRET_KEY = keys.find(VAR).secret_key
# The keys of secrets at rest, and changing them, by name (palier/people/seal.py)
KEYS_AT_HAND = "config.keys.at_hand"
ADD_KEY = "config.keys.add"
KEEP_ONLY_KEYS = "config.keys.keep_only"

# The product ---------------------------------------------------------------------------------------------

BILLING_TIME_ZONE = environment.text("PALIER_BILLING_TIME_ZONE", "America/Toronto")
DEMO_PANEL_URL = environment.text("PALIER_DEMO_PANEL_URL", "http://127.0.0.1:8101")
DEMO_CARD_URL = environment.text("PALIER_DEMO_CARD_URL", "http://127.0.0.1:8102")
DEMO_CARD_SECRET = environment.text("PALIER_DEMO_CARD_SECRET", "demo-card-secret")
DEMO_MAIL_DIR = Path(environment.text("PALIER_DEMO_MAIL_DIR", str(VAR / "mail")))

# Payment gateways by name, the client's default first, as JSON (docs/how-to/take-payments.md):
# {"card": {"driver": "stripe", "secret": "sk_...", "webhook_secret": "whsec_..."},
#  "transfer": {"driver": "bank_transfer", "account": "..."}}
GATEWAYS = json.loads(environment.text("PALIER_GATEWAYS", "{}"))
if DEMO:
    GATEWAYS["demo_card"] = {"driver": "demo_card", "url": DEMO_CARD_URL, "secret": DEMO_CARD_SECRET}

# What `config` assembles, by name, for the console command
DATABASE_AT_HAND = "config.database.at_hand.database_at_hand"
SUPERVISOR = "config.supervisor.supervise.supervise"
WEB_SERVER = "config.server.serve"
PREPARE = "config.prepare.STEPS"
DEMO_WORLD = "palier.entrypoints.demo.world"
DEMO_CONTAINERS = "config.supervisor.containers"
DEMO_CONTAINERS_ACCESS = containers.access_of(VAR)
REBUILD_DEMO = "config.supervisor.world.rebuild"
ROUND_OF_NOW = "palier.entrypoints.batch.days.round_of_now"
BUILD_DEMO_ONCE = "config.supervisor.world.build_once"

# The rooms -----------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "pgtrigger",
    "procrastinate.contrib.django",
    "django_htmx",
    "allauth",
    "allauth.account",
    "palier.words",
    "palier.events",
    "palier.people",
    "palier.work",
    "palier.catalog",
    "palier.ledger",
    "palier.billing",
    "palier.subscriptions",
    "palier.provisioning",
    "palier.plan_changes",
    "palier.dunning",
    "palier.reconciliation",
    "palier.notices",
    "palier.books",
    "palier.entrypoints.design",
    "palier.entrypoints.client_area",
    "palier.entrypoints.staff_desk",
    "palier.entrypoints.batch",
    *(["palier.entrypoints.demo"] if DEMO else []),
]

MIDDLEWARE = [
    "config.request_id.RequestId",
    "config.probes.Probes",
    "config.metrics.Measure",
    "config.headers.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "palier.entrypoints.design.language.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

AUTH_USER_MODEL = "people.User"
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # The look's templates come first, so that allauth's pages are ours.
        "DIRS": [ROOT / "palier" / "entrypoints" / "design" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "palier.entrypoints.design.shell.shell",
            ],
        },
    }
]

# The database --------------------------------------------------------------------------------------------

DATABASE_URL = environment.text("DATABASE_URL")
EMBEDDED_DATABASE_DIR = VAR / "postgres"
DATABASES = {
    "default": settings_from_url(DATABASE_URL)
    if DATABASE_URL
    else settings_of_embedded(EMBEDDED_DATABASE_DIR)
}
CACHES = {
    # Shared by all processes, because attempts to sign in are counted here.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache"},
    # Of one process, for what is counted on every quote and must not cost a statement.
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Signing in ----------------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["palier.people.sign_in.SignIn"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "config.accounts.Accounts"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
# Attempts are counted by address: behind proxies, the address that they have seen.
ALLAUTH_TRUSTED_PROXY_COUNT = environment.number("PALIER_TRUSTED_PROXIES", 0)

# Cookies and transport -----------------------------------------------------------------------------------

_base = urlsplit(BASE_URL)
_secure = _base.scheme == "https"
ALLOWED_HOSTS = environment.words(
    "PALIER_ALLOWED_HOSTS", (_base.hostname or "localhost", "127.0.0.1", "localhost")
)
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SESSION_COOKIE_NAME = "palier_session"
SESSION_COOKIE_SECURE = _secure
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = _secure
CSRF_COOKIE_HTTPONLY = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _secure else None
SECURE_HSTS_SECONDS = 31_536_000 if _secure else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Languages -----------------------------------------------------------------------------------------------

LANGUAGE_CODE = environment.text("PALIER_LANGUAGE", "fr")
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [ROOT / "palier" / "words" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = BILLING_TIME_ZONE

# Static files --------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "palier.entrypoints.design.bundle.BundledManifestStorage"},
}

# Mail ----------------------------------------------------------------------------------------------------

EMAIL_HOST = environment.text("PALIER_EMAIL_HOST", "127.0.0.1")
EMAIL_PORT = environment.number("PALIER_EMAIL_PORT", 25)
EMAIL_HOST_USER = environment.text("PALIER_EMAIL_USER")
EMAIL_HOST_PASSWORD = environment.text("PALIER_EMAIL_PASSWORD")
EMAIL_USE_TLS = environment.flag("PALIER_EMAIL_STARTTLS")
EMAIL_USE_SSL = environment.flag("PALIER_EMAIL_TLS")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = environment.text("PALIER_EMAIL_FROM", "Palier <palier@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# The queue -----------------------------------------------------------------------------------------------

QUEUE_HEARTBEAT_SECONDS = 5.0
QUEUE_STALLED_SECONDS = 15.0
PROCRASTINATE_WORKER_DEFAULTS = {
    "update_heartbeat_interval": QUEUE_HEARTBEAT_SECONDS,
    "stalled_worker_timeout": QUEUE_STALLED_SECONDS,
    "delete_jobs": "successful",
    "worker_middleware": [with_task_number],
}

# Logs and figures ----------------------------------------------------------------------------------------

METRICS_TOKEN = environment.text("PALIER_METRICS_TOKEN")
configure_structlog()
LOGGING = logging_settings(
    environment.text("PALIER_LOG_FORMAT", "console" if DEMO else "json"),
    environment.text("PALIER_LOG_LEVEL", "INFO").upper(),
)
