"""Closing the site for a while, without a database: visitors are told to come back, nothing is lost."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import resolve

# Seconds after which machines ask again (RFC 9110, section 10.2.3).
RETRY_AFTER = 300
# Who watches this process must not think it dead, and nobody is kept from leaving.
OPEN = frozenset({"healthz", "readyz", "metrics", "subscribers:one_click", "subscribers:unsubscribe"})


def flag() -> Path:
    """The file that closes the site of this machine while it is there."""
    return Path(settings.DATA_DIR) / "maintenance"


def is_closed() -> bool:
    """Whether the site is closed: by its settings, or by the file."""
    return settings.VEILLE_MAINTENANCE or flag().exists()


def maintenance_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Answer 503 to everything but `OPEN` while the site is closed."""

    def look(request: HttpRequest) -> HttpResponse:
        if not is_closed() or _stays_open(request.path_info):
            return get_response(request)
        response = render(None, "503.html", status=503)
        response.headers["Retry-After"] = str(RETRY_AFTER)
        response.headers["Cache-Control"] = "no-store"
        return response

    return look


def _stays_open(path: str) -> bool:
    try:
        return resolve(path).view_name in OPEN
    except Http404:
        return False
