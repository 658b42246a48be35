"""The only settings file: environment helpers, Django's settings, ours. Runs with no variable set.

Two deployments: `demo` (the default: console on, plain HTTP on this machine) and `production`
(`DEPLOYMENT=production`: console off, secure cookies, a secret key must be given).
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent


# --- environment helpers: an error says what to set ---------------------------------------------


def env_str(name: str, default: str = "") -> str:
    """The variable's text, or the default."""
    return os.environ.get(name, default)


def env_bool(name: str, *, default: bool) -> bool:
    """True for 1/true/yes/on, False for 0/false/no/off; other values stop the start."""
    text = os.environ.get(name, "").strip().lower()
    if not text:
        return default
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}={text!r}: set it to true or false")


def env_int(name: str, default: int) -> int:
    """The variable as a whole number; anything else stops the start with a reason."""
    text = os.environ.get(name, "").strip()
    try:
        return int(text) if text else default
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={text!r}: set it to a whole number") from error


def env_choice(name: str, *known: str) -> str:
    """The variable, one of `known`; the first of them is the default."""
    text = os.environ.get(name, "").strip() or known[0]
    if text not in known:
        raise ImproperlyConfigured(f"{name}={text!r}: set it to {' or '.join(known)}")
    return text


def env_list(name: str, default: list[str]) -> list[str]:
    """A comma-separated variable as a list without empty parts."""
    text = os.environ.get(name, "")
    return [part.strip() for part in text.split(",") if part.strip()] if text else default


def env_postgresql(name: str) -> dict[str, Any] | None:
    """The variable, `postgresql://user:password@host:port/name?sslmode=…`, as a database.

    What follows the question mark is libpq's. None where it is not set; anything else stops the
    start, with a sentence that repeats nothing of the value: a password is in it.
    """
    text = os.environ.get(name, "").strip()
    if not text:
        return None
    wanted = (
        f"{name}: set it to postgresql://user:password@host:port/name, signs like / and @ in the"
        " password as %2F and %40"
    )
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        raise ImproperlyConfigured(wanted) from None
    if url.scheme not in {"postgresql", "postgres"} or not url.path.strip("/"):
        raise ImproperlyConfigured(wanted)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path[1:]),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "",
        "PORT": port or "",
        "OPTIONS": dict(parse_qsl(url.query)),
        # A connection for each request would cost more than the page.
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


def kept_secret(path: Path) -> str:
    """The demo's secret key: made at the first start, kept beside the database, never committed."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            return path.read_text()
        with os.fdopen(descriptor, "w") as handle:
            handle.write(secrets.token_urlsafe(50))
    return path.read_text()


# --- where we run -------------------------------------------------------------------------------

DEPLOYMENT = env_choice("DEPLOYMENT", "demo", "production")
PRODUCTION = DEPLOYMENT == "production"

VAR_DIR = Path(env_str("VAR_DIR", str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env_bool("DEBUG", default=False)
SECRET_KEY = env_str("SECRET_KEY")
if not SECRET_KEY:
    if PRODUCTION:
        raise ImproperlyConfigured("SECRET_KEY is missing: set it to a long random text")
    SECRET_KEY = kept_secret(VAR_DIR / "secret_key")
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS", [])
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]", "testserver"])

# --- Django -------------------------------------------------------------------------------------

ROOT_URLCONF = "wizard.urls"
WSGI_APPLICATION = "wizard.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "formtools",
    "wizard",
    "faq",
]

# Language and time: Chinese is the source; documents and pages show Beijing time.
LANGUAGE_CODE = "zh-hans"
# English follows once every sentence has it (design.md §13); until then no page mixes the two.
LANGUAGES = [("zh-hans", _("简体中文"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "wizard.middleware.PolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    # With one language there is nothing to choose.
    *(["django.middleware.locale.LocaleMiddleware"] if len(LANGUAGES) > 1 else []),
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "faq.pagecache.PageCacheMiddleware",  # public pages skip all that follows
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wizard.middleware.WorldMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wizard.context.frame",
            ],
            "loaders": [
                (
                    "wizard.templating.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]

DATABASES: dict[str, dict[str, Any]] = {
    "default": env_postgresql("DATABASE_URL")
    or {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": VAR_DIR / "site.sqlite3",
        # Each thread keeps its connection: opening one and setting it up costs more than a page.
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,
            # FULL: an acknowledged step survives a power cut; NORMAL lost 142 of 2,866.
            # recursive_triggers: REPLACE must not slip past the append-only triggers.
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
                "PRAGMA recursive_triggers=ON;"
            ),
        },
        # Several processes and threads share the file, so tests use one too.
        "TEST": {"NAME": VAR_DIR / "test-site.sqlite3"},
    }
}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FIXTURE_DIRS = [BASE_DIR / "fixtures"]
MEDIA_ROOT = VAR_DIR / "media"

SESSION_ENGINE = "wizard.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# No cookie of this site was ever signed in Django's old way.
SIGNED_COOKIE_LEGACY_SALT_FALLBACK = False
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "wizard.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    # What is signed itself, and asked for by programs that do not speak https.
    SECURE_REDIRECT_EXEMPT = [r"^verify/(ca\.crt|crl|tsa)$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "wizard.logs.OneLine",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env_str("LOG_LEVEL", "INFO")},
    # Font handling is reported through wizard.documents, sentence by sentence; the library's own
    # line per glyph is noise here.
    "loggers": {
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        # Its line for every request names worlds and applications.
        "httpx": {"level": "WARNING"},
    },
}

# --- ours ---------------------------------------------------------------------------------------

# Records and papers of a contract of one year at most are kept this long after it ends (保险法 87).
RETENTION_YEARS = env_int("RETENTION_YEARS", 5)
# Where the trail's heads are kept, outside the database: best on another disk, or append-only.
TRAIL_ANCHORS = Path(env_str("TRAIL_ANCHORS", str(VAR_DIR / "trail-anchors.jsonl")))
# The demo console; a system check refuses it in production.
DEMO = env_bool("DEMO", default=not PRODUCTION)
# The simulator's own SQLite file, shared by every worker process.
SIMULATOR_PATH = Path(env_str("SIMULATOR_PATH", str(VAR_DIR / "simulator.sqlite3")))
# The Single Window over HTTP instead of the simulator in this process; no slash at the end. The
# control address and its token are the demo console's alone.
SINGLEWINDOW_URL = env_str("SINGLEWINDOW_URL").rstrip("/")
SINGLEWINDOW_CONTROL_URL = env_str(
    "SINGLEWINDOW_CONTROL_URL", f"{SINGLEWINDOW_URL}/control"
).rstrip("/")
SINGLEWINDOW_CONTROL_TOKEN = env_str("SINGLEWINDOW_CONTROL_TOKEN")
# What the authority signs its notices with; the old one stays beside the new one for a while.
# Without any, no notice is genuine.
SINGLEWINDOW_NOTICE_SECRETS = env_list("SINGLEWINDOW_NOTICE_SECRETS", [])
# A signed-in exporter's session: idle and absolute limits in seconds (ASVS 5.0 §7.3).
SIGNIN_IDLE_SECONDS = env_int("SIGNIN_IDLE_SECONDS", 30 * 60)
SIGNIN_ABSOLUTE_SECONDS = env_int("SIGNIN_ABSOLUTE_SECONDS", 8 * 3600)
# What an expired session was typing is kept this long for the same card (design.md §4).
PARKED_POST_SECONDS = 30 * 60
# A demo world nobody touched for this long is purged.
WORLD_LIFETIME_DAYS = env_int("WORLD_LIFETIME_DAYS", 30)
# Sign-in attempts per address in five minutes, over all cards.
SIGNIN_ATTEMPTS_PER_ADDRESS = env_int("SIGNIN_ATTEMPTS_PER_ADDRESS", 60)
# Where the search keeps its streams: memory, or tantivy (on disk, for thousands of entries).
FAQ_SEARCH_ENGINE = env_str("FAQ_SEARCH_ENGINE", "memory")
FAQ_SEARCH_DIR = VAR_DIR / "search"
# Requests of one address to /api/faq/ in a minute, over all processes; 0 for no limit.
FAQ_API_PER_MINUTE = env_int("FAQ_API_PER_MINUTE", 3000)
# PAdES level of what is signed: B-T (time stamps) or B-LTA (with all that proves the signatures and
# a time stamp over the whole file, so that it can be checked when certificates have expired).
SIGNATURE_LEVEL = env_choice("SIGNATURE_LEVEL", "B-T", "B-LTA")
# A page waits this long for its papers before it shows how far they are; threads of this process
# make them. In the request itself only where all that happens is one transaction, as in a test.
PAPERS_WAIT_SECONDS = 1.0
PAPERS_IN_REQUEST = False
# Where people reach this site: the QR code of every document leads there.
PUBLIC_URL = env_str("PUBLIC_URL", f"http://127.0.0.1:{env_str('PORT', '8000')}").rstrip("/")
# Where programs fetch the demo CA's certificate and revocation list. It stands in every certificate
# that is made from now on; programs that check certificates want plain http (RFC 5280 §8).
CERTIFICATES_URL = env_str("CERTIFICATES_URL", f"{PUBLIC_URL}/verify").rstrip("/")
