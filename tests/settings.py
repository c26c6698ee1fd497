"""The settings under test: the real ones, with an environment that touches nothing of the machine's.

`DATABASE_URL` and `CELERY_BROKER_URL` are taken as they come, so that the same suite runs on the
embedded parts and on real ones.
"""

import atexit
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

# Processes that a test starts find the folder of the test that started them.
if "VEILLE_TEST_DATA_DIR" not in os.environ:
    os.environ["VEILLE_TEST_DATA_DIR"] = tempfile.mkdtemp(prefix="veille-tests-")
    atexit.register(shutil.rmtree, os.environ["VEILLE_TEST_DATA_DIR"], ignore_errors=True)
# Tests that run side by side share neither files nor queues.
_lane = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["VEILLE_DATA_DIR"] = os.path.join(os.environ["VEILLE_TEST_DATA_DIR"], _lane)
os.environ["VEILLE_QUEUE"] = f"{os.path.basename(os.environ['VEILLE_TEST_DATA_DIR'])}-{_lane}"
# A key of this run alone: those that stand in a repository are refused.
os.environ["SECRET_KEY"] = hashlib.sha256(os.environ["VEILLE_TEST_DATA_DIR"].encode()).hexdigest()
os.environ["DEBUG"] = "false"
# People log in by a password alone, but where the second step is what is tried.
os.environ["VEILLE_SECOND_STEP"] = "none"
os.environ.setdefault("SITE_URL", "https://veille.example")
os.environ["ALLOWED_HOSTS"] = "veille.example,testserver,localhost,127.0.0.1"
os.environ["DEFAULT_FROM_EMAIL"] = "Veille <veille@veille.example>"
os.environ["VEILLE_SENDER_IDENTITY"] = "Association Veille, 1 rue des Essais, 75000 Paris"
os.environ["VEILLE_MAILBOX_DIR"] = os.path.join(os.environ["VEILLE_DATA_DIR"], "mailbox")
# Whatever this machine has: no test reports errors, or shows figures.
os.environ["SENTRY_DSN"] = os.environ["VEILLE_METRICS_TOKEN"] = ""
# A test sees what it just did.
os.environ["VEILLE_ARCHIVE_SECONDS"] = "0"
# No test speaks to the world; those of the look-up ask for it, and for a server of their own.
os.environ["VEILLE_CHECK_LINKS"] = "false"
os.environ.setdefault("EMAIL_URL", "memorymail://")
os.environ.setdefault("CELERY_BROKER_URL", "filesystem://")

from veille.catalogues import compile_catalogues  # noqa: E402
from veille.settings import *  # noqa: E402, F403

# However pytest was called, people are spoken to in their language; before Django reads the catalogues.
compile_catalogues()

# The browser and the live server speak plain http on the loopback.
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
# A file, not memory: worker processes open it too.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    DATABASES["default"]["TEST"] = {"NAME": str(Path(os.environ["VEILLE_DATA_DIR"]) / "test.sqlite3")}  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
# A worker looks for new files once a second; tests have no second to lose.
if CELERY_BROKER_URL.startswith("filesystem:"):  # noqa: F405
    CELERY_BROKER_TRANSPORT_OPTIONS["polling_interval"] = 0.1  # noqa: F405
