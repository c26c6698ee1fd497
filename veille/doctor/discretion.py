"""What a report must not say: secrets of the settings, and people's addresses."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings

# Shorter ones are no secrets, and would be found in any word.
_SHORTEST_SECRET = 4
_SECRET_NAME = re.compile(r"key|secret|password|token", re.IGNORECASE)
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")
_LOCAL_PART = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+(?=@[\w-]+\.)")


def discreet(text: str) -> str:
    """Give a text without the secrets that the settings hold, and without the names in mail addresses."""
    for secret in sorted(set(_secrets()), key=len, reverse=True):
        text = text.replace(secret, "…")
    return _LOCAL_PART.sub("…", _CREDENTIALS.sub("…@", text))


def _secrets() -> Iterator[str]:
    yield from filter(lambda secret: len(secret) >= _SHORTEST_SECRET, _all_secrets())


def _all_secrets() -> Iterator[str]:
    yield settings.SECRET_KEY
    yield from settings.SECRET_KEY_FALLBACKS
    yield from (
        settings.VEILLE_SUPPRESSION_KEY,
        settings.VEILLE_BOUNCE_KEY,
        settings.VEILLE_WEBHOOK_SECRET,
        settings.VEILLE_METRICS_TOKEN,
        urlsplit(settings.SENTRY_DSN).username or "",
        settings.DATABASES["default"].get("PASSWORD") or "",
    )
    for url in (settings.CELERY_BROKER_URL, settings.VEILLE_BOUNCE_IMAP_URL):
        password = urlsplit(url).password or ""
        yield from (password, unquote(password))
    yield from _named_secrets(settings.MAILERS["default"].get("OPTIONS", {}))
    yield from _named_secrets(settings.ANYMAIL)
    yield from _named_secrets(settings.STORAGES["default"].get("OPTIONS", {}))


def _named_secrets(options: dict[str, Any]) -> Iterator[str]:
    for name, value in options.items():
        if isinstance(value, str) and _SECRET_NAME.search(name):
            yield value
