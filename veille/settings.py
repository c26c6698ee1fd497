"""All settings. What differs between machines is read here, from the environment, and nowhere else.

Every variable may come from a file instead: `SECRET_KEY_FILE=/run/secrets/key` is read when
`SECRET_KEY` is wanted. A `.env` file beside `manage.py` fills in what the environment lacks.
"""

import hashlib
import hmac
import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.urls import reverse_lazy
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from .desk_menu import unfold
from .environment import Environment
from .mail_url import mailer_from_url
from .schedule import SCHEDULE
from .watching.configuration import logging_of

BASE_DIR = Path(__file__).resolve().parent.parent

env = Environment()
environ.Env.read_env(BASE_DIR / ".env")

# --- Where this machine keeps its things ---------------------------------------------------

DATA_DIR = Path(env.str("VEILLE_DATA_DIR", default=str(BASE_DIR / "var")))
DATA_DIR.mkdir(parents=True, exist_ok=True)

# --- Who we are on the web -----------------------------------------------------------------

SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
DEBUG = env.bool("DEBUG", default=False)
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
_site = urlsplit(SITE_URL)
SITE_DOMAIN = _site.hostname or "localhost"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[SITE_DOMAIN])
CSRF_TRUSTED_ORIGINS = [f"{_site.scheme}://{_site.netloc}"]

# --- Applications --------------------------------------------------------------------------

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.simple_history",
    "veille.apps.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",
    "markdownx",
    "taggit",
    "simple_history",
    "anymail",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "veille.apps.VeilleConfig",
    "veille.watching.apps.WatchingConfig",
    "authors",
    "issues",
    "subscribers",
    "mailings",
    "watch",
]

MIDDLEWARE = [
    # First: whatever is logged of a request bears its id.
    "veille.watching.request_ids.RequestIds",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    # After the language, before whatever asks the database.
    "veille.maintenance.maintenance_middleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    # Last: it puts the page that says "too many attempts" in the place of the login's.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "veille.urls"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
WSGI_APPLICATION = "veille.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "veille.context_processors.newsletter",
            ],
        },
    },
]

# --- Database ------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A deferred BEGIN that reads and then writes fails at once with "database is locked",
    # whatever the timeout (Django ticket 29280); IMMEDIATE waits its turn.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("VEILLE_CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A server that vanishes without a word is noticed within a minute, not within the kernel's hours.
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 10,
        "keepalives_idle": 20,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 60_000,
        **DATABASES["default"].get("OPTIONS", {}),
    }

# --- People --------------------------------------------------------------------------------

AUTH_USER_MODEL = "authors.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = reverse_lazy("admin:login")
LOGIN_REDIRECT_URL = reverse_lazy("admin:index")

# --- Logging in ----------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["veille.login.throttle.DeskBackend"]
# For an account from one network; a network alone may fail four times as often, an account alone ten times
# (veille.login.throttle).
AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "ip_address"]
AXES_COOLOFF_TIME = timedelta(minutes=15)
# Who keeps trying does not make it longer, neither for themselves nor for the others behind their address.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_HANDLER = "veille.login.throttle.DeskHandler"
AXES_CLIENT_IP_CALLABLE = "veille.login.throttle.client_network"
AXES_LOCKOUT_CALLABLE = "veille.login.throttle.locked_out"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "csrfmiddlewaretoken"]
# No addresses of those who got in, and none of the rest for longer than two hours (authors.tasks).
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# Who must log in with a second step: "editors" (all who may do more than an author), "all", or "none".
# Whoever has set it up is asked for it in any case.
VEILLE_SECOND_STEP = env.str("VEILLE_SECOND_STEP", default="none" if DEBUG else "editors")
OTP_TOTP_ISSUER = env.str("VEILLE_NEWSLETTER_NAME", default="Veille")

# A week; a password that is changed ends all others of its account.
SESSION_COOKIE_AGE = 7 * 24 * 3600

# --- Languages and time --------------------------------------------------------------------

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "unfold"]
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Paris")
USE_TZ = True

# --- Files ---------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(DATA_DIR / "static"))()
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "media/"
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(DATA_DIR / "media"))()
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Pictures in a bucket of S3, or of what speaks its language. The bucket stays private: the site gives the
# pictures out, at the same addresses. Needs requirements-s3.txt.
if bucket := env.str("VEILLE_MEDIA_BUCKET", default=""):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": env.str("VEILLE_S3_ENDPOINT", default="") or None,
            "region_name": env.str("VEILLE_S3_REGION", default="") or None,
            "access_key": env.str("VEILLE_S3_ACCESS_KEY", default="") or None,
            "secret_key": env.str("VEILLE_S3_SECRET_KEY", default="") or None,
            # Names hold the hash of their content.
            "file_overwrite": True,
        },
    }
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# Closes the site for a while (503); so does `manage.py maintenance on`, without a restart.
VEILLE_MAINTENANCE = env.bool("VEILLE_MAINTENANCE", default=False)

# --- Security ------------------------------------------------------------------------------

_https = _site.scheme == "https"
SECURE_SSL_REDIRECT = _https
SECURE_HSTS_SECONDS = env.int("VEILLE_HSTS_SECONDS", default=31_536_000 if _https else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _https
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# The number of reverse proxies in front of us: their X-Forwarded-* headers are believed, no others.
TRUSTED_PROXIES = env.int("VEILLE_TRUSTED_PROXIES", default=0)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Public pages: our own stylesheet and pictures, nothing else. The admin has its own policy
# (see veille.admin_site), since its interface library compiles expressions in the browser.
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    # Those who measure pages fetch robots.txt from within them.
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}

# --- Mail ----------------------------------------------------------------------------------

# The default is the mailbox that `make demo` runs beside the site.
MAILERS = {"default": mailer_from_url(env, env.str("EMAIL_URL", default="smtp://127.0.0.1:1025"))}
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"Veille <veille@{SITE_DOMAIN}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# For those that can be told; anymail refuses to send through the others if it is asked to tell them.
ANYMAIL: dict[str, Any] = {
    f"{provider}_SEND_DEFAULTS": {"track_opens": False, "track_clicks": False}
    for provider in (
        "MAILERSEND",
        "MAILGUN",
        "MAILJET",
        "MANDRILL",
        "POSTMARK",
        "SENDGRID",
        "SPARKPOST",
        "UNISENDER_GO",
    )
}
# How a provider shows that it is the one that tells what became of mails (`user:password`, in the address
# that it is given), and the key it signs with, under the names that anymail has for each.
VEILLE_WEBHOOK_SECRET = env.str("VEILLE_WEBHOOK_SECRET", default="")
if signing_key := env.str("VEILLE_WEBHOOK_SIGNING_KEY", default=""):
    ANYMAIL |= {
        "MAILERSEND_SIGNING_SECRET": signing_key,
        "MAILGUN_WEBHOOK_SIGNING_KEY": signing_key,
        "MANDRILL_WEBHOOK_KEY": signing_key,
        "POSTAL_WEBHOOK_KEY": signing_key,
        "RESEND_SIGNING_SECRET": signing_key,
    }

NEWSLETTER = {
    "name": env.str("VEILLE_NEWSLETTER_NAME", default="Veille"),
    "tagline": env.str("VEILLE_NEWSLETTER_TAGLINE", default="L’actualité de notre métier, lue pour vous."),
    # A person who reads the answers of readers; empty: the sender's address.
    "reply_to": env.str("VEILLE_REPLY_TO", default=""),
    # RFC 2919; constant for ever, so that readers' filters keep working.
    "list_id": env.str("VEILLE_LIST_ID", default="") or f"lettre.{SITE_DOMAIN}",
    # Who sends, and from where: the law asks for both in each mail (GDPR 13, CPCE L34-5).
    "sender_identity": env.str("VEILLE_SENDER_IDENTITY", default=""),
    # The mailto form of List-Unsubscribe (RFC 2369); empty: the sender's address.
    "unsubscribe_mailbox": env.str("VEILLE_UNSUBSCRIBE_MAILBOX", default=""),
    "language": "fr",
}

# --- Queue ---------------------------------------------------------------------------------

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="filesystem://localhost")
CELERY_TASK_DEFAULT_QUEUE = env.str("VEILLE_QUEUE", default="veille")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
# Nothing relies on the broker's redelivery: the dispatcher finds unfinished work in the database.
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {}
# Beside these, for those who only leave word: a page does not wait for a broker that keeps silent.
VEILLE_PUBLISH_OPTIONS: dict[str, object] = {}
if CELERY_BROKER_URL.startswith("filesystem:"):
    _broker = DATA_DIR / "broker"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker / "queue"),
        "data_folder_out": str(_broker / "queue"),
        "processed_folder": str(_broker / "processed"),
        "control_folder": str(_broker / "control"),
    }
    for _folder in set(CELERY_BROKER_TRANSPORT_OPTIONS.values()):
        Path(str(_folder)).mkdir(parents=True, exist_ok=True)
elif CELERY_BROKER_URL.startswith("redis"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "socket_timeout": 30,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "health_check_interval": 25,
    }
    VEILLE_PUBLISH_OPTIONS = {"socket_timeout": 2}
CELERY_BEAT_SCHEDULE = SCHEDULE

# --- Readers -------------------------------------------------------------------------------

# Seconds for which a page of the archive may be given to strangers without asking the database; 0: never.
VEILLE_ARCHIVE_SECONDS = env.float("VEILLE_ARCHIVE_SECONDS", default=1)
# Apart, since anybody fills the second by asking for addresses: the first holds what limits them.
CACHES = {
    name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name}
    for name in ("default", "archive")
}

# Addresses that may never come back are kept as hashes under this key. Losing it forgets them all: the
# default is derived from SECRET_KEY, so whoever changes that one sets the old derivation here first:
#     python manage.py shell -c "from django.conf import settings; print(settings.VEILLE_SUPPRESSION_KEY)"
VEILLE_SUPPRESSION_KEY = (
    env.str("VEILLE_SUPPRESSION_KEY", default="")
    or hmac.new(SECRET_KEY.encode(), b"veille.suppression", hashlib.sha256).hexdigest()
)

# More than people ask for by themselves within an hour: past that, visitors get a question and mails wait.
VEILLE_CONFIRMATIONS_PER_HOUR = env.int("VEILLE_CONFIRMATIONS_PER_HOUR", default=300)
# Months without a sign of a reader until they are asked whether they stay, and forgotten without an answer
# (CNIL: three years); 0: never.
VEILLE_INACTIVE_MONTHS = env.int("VEILLE_INACTIVE_MONTHS", default=36)

# Uploaded lists of readers, until they are imported: never below MEDIA_ROOT or STATIC_ROOT.
VEILLE_IMPORT_DIR = DATA_DIR / "imports"
VEILLE_IMPORT_DIR.mkdir(mode=0o700, exist_ok=True)
# Not /tmp: in a container that is memory. What a killed process leaves here is deleted like old lists.
FILE_UPLOAD_TEMP_DIR = str(VEILLE_IMPORT_DIR)

# --- Editorial rules -----------------------------------------------------------------------

# Nobody approves a section they signed themselves.
VEILLE_FOUR_EYES = env.bool("VEILLE_FOUR_EYES", default=True)
# Whether links are looked up on the web: of issues in the making often, of published ones about once a week.
VEILLE_CHECK_LINKS = env.bool("VEILLE_CHECK_LINKS", default=True)
# Who is asked for an archived copy of a dead link, as the Wayback Machine answers; empty: nobody.
VEILLE_WAYBACK_URL = env.str("VEILLE_WAYBACK_URL", default="https://archive.org/wayback/available")
# What is new at the desk is mailed to who has not seen it after so many minutes.
VEILLE_DIGEST_MINUTES = env.int("VEILLE_DIGEST_MINUTES", default=30)
# So many days before the deadline of an issue, those whose texts are missing are reminded.
VEILLE_REMINDER_DAYS = env.list("VEILLE_REMINDER_DAYS", cast=int, default=[3, 1])
# An issue that takes longer to read is warned about.
VEILLE_READING_MINUTES = env.int("VEILLE_READING_MINUTES", default=20)

# --- Sending -------------------------------------------------------------------------------

# What to do with a message whose acceptance is unknown: "resend" it once, or "hold" it.
VEILLE_UNCERTAIN = env.str("VEILLE_UNCERTAIN", default="resend")
# Whether PostgreSQL makes each step of a batch's cursor safe on its disk before the message is handed over.
# Without, nothing is forgotten when workers die, or when the database dies and they live. Only where both
# lose their power at once the last 0.6 s (three times wal_writer_delay) are, and sent again.
VEILLE_SYNCHRONOUS_COMMIT = env.bool("VEILLE_SYNCHRONOUS_COMMIT", default=False)
# Reopen the SMTP connection after so many messages (Orange allows 100); 0: never.
VEILLE_MESSAGES_PER_CONNECTION = env.int("VEILLE_MESSAGES_PER_CONNECTION", default=100)
# At the most so many connections to the mail server at once, over all workers; 0: one for each worker.
VEILLE_CONNECTIONS = env.int("VEILLE_CONNECTIONS", default=4)
# At the most so many messages a minute, over all workers; 0: as fast as it goes. An editor may change it
# for a mailing.
VEILLE_PER_MINUTE = env.int("VEILLE_PER_MINUTE", default=0)
# Limits of single destinations. Orange takes two connections (postmaster.orange.fr, May 2026).
VEILLE_DESTINATIONS = env.str("VEILLE_DESTINATIONS", default="") or json.dumps(
    [{"domains": ["orange.fr", "wanadoo.fr"], "connections": 2}]
)
# Whether to send UTF-8 as it is to servers that announce 8BITMIME. Say no if something behind them turns it
# into quoted-printable after it was signed (DKIM), which breaks the signature.
VEILLE_8BITMIME = env.bool("VEILLE_8BITMIME", default=True)
# At the most so many recipients in a batch.
VEILLE_BATCH_SIZE = env.int("VEILLE_BATCH_SIZE", default=500)

# --- What comes back -----------------------------------------------------------------------

# The Return-Path of each message is this address with the delivery's number and a MAC after a "+"; empty: the
# sender's address, and nothing that comes back is understood.
VEILLE_BOUNCE_ADDRESS = env.str("VEILLE_BOUNCE_ADDRESS", default="")
# Makes the MAC. Empty: SECRET_KEY, and those of SECRET_KEY_FALLBACKS are believed too.
VEILLE_BOUNCE_KEY = env.str("VEILLE_BOUNCE_KEY", default="")
# Where readers write to leave, their token after a "+"; empty: the address for bounces.
VEILLE_UNSUBSCRIBE_ADDRESS = env.str("VEILLE_UNSUBSCRIBE_ADDRESS", default="")
# The mailbox to read them from, where no pipe brings them: imaps://user:password@host/folder.
VEILLE_BOUNCE_IMAP_URL = env.str("VEILLE_BOUNCE_IMAP_URL", default="")

# --- The doctor (manage.py doctor) -----------------------------------------------------------

# `s=` of the DKIM signature that the mail server or the provider puts on our mails.
VEILLE_DKIM_SELECTOR = env.str("VEILLE_DKIM_SELECTOR", default="")

# --- The built-in mailbox of `make demo` ---------------------------------------------------

# A folder in Maildir form; empty: no mailbox page.
VEILLE_MAILBOX_DIR = env.str("VEILLE_MAILBOX_DIR", default="")

# --- Editor and tags -----------------------------------------------------------------------

MARKDOWNX_MARKDOWNIFY_FUNCTION = "issues.rendering.render_markdown"
MARKDOWNX_URLS_PATH = reverse_lazy("issues:markdown-preview")
MARKDOWNX_UPLOAD_URLS_PATH = reverse_lazy("issues:picture-upload")
TAGGIT_CASE_INSENSITIVE = True
TAGGIT_STRIP_UNICODE_WHEN_SLUGIFYING = True
SIMPLE_HISTORY_REVERT_DISABLED = True

UNFOLD = unfold(NEWSLETTER["name"])

# --- Watching ------------------------------------------------------------------------------

# Shown by who may read /metrics; empty: there is no such address.
VEILLE_METRICS_TOKEN = env.str("VEILLE_METRICS_TOKEN", default="")
# Where errors are reported to; empty: nowhere.
SENTRY_DSN = env.str("SENTRY_DSN", default="")
# One JSON object a line, for programs; or lines for people.
VEILLE_LOG_FORMAT = env.str("VEILLE_LOG_FORMAT", default="text", choices=("json", "text"))

LOGGING = logging_of(form=VEILLE_LOG_FORMAT, level=env.str("LOG_LEVEL", default="INFO"))
