"""The settings under test: the real ones, with an environment that touches nothing of the machine's.

`DATABASE_URL` and `CELERY_BROKER_URL` are taken as they come, so that the same suite runs on the
embedded parts and on real ones.
"""

import os
import tempfile

_folder = tempfile.mkdtemp(prefix="veille-tests-")
os.environ["VEILLE_DATA_DIR"] = os.environ.get("VEILLE_TEST_DATA_DIR", _folder)
os.environ["SECRET_KEY"] = "only-for-tests-only-for-tests-only-for-tests-only-for-tests"
os.environ["DEBUG"] = "false"
os.environ["SITE_URL"] = "https://veille.example"
os.environ["ALLOWED_HOSTS"] = "veille.example,testserver,localhost,127.0.0.1"
os.environ["DEFAULT_FROM_EMAIL"] = "Veille <veille@veille.example>"
os.environ["VEILLE_SENDER_IDENTITY"] = "Association Veille, 1 rue des Essais, 75000 Paris"
os.environ["VEILLE_MAILBOX_DIR"] = os.path.join(os.environ["VEILLE_DATA_DIR"], "mailbox")
os.environ.setdefault("EMAIL_URL", "memorymail://")
os.environ.setdefault("CELERY_BROKER_URL", "filesystem://")

from veille.settings import *  # noqa: E402, F403

# The browser and the live server speak plain http on the loopback.
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
