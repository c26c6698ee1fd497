"""Pages that a browser keeps, and asks about before it shows them again (RFC 9110, section 13)."""

from collections.abc import Callable, Iterable
from datetime import datetime
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date, quote_etag

from . import reading


def kept(
    request: HttpRequest, parts: Iterable[str], moments: Iterable[datetime], make: Callable[[], HttpResponse]
) -> HttpResponse:
    """Give 304 to whoever has this page, else the page that `make` makes.

    `parts` are what it is made of, `moments` when that changed.
    """
    etag = _etag(request, *parts)
    last_modified = int(max(moment.timestamp() for moment in moments))
    response = get_conditional_response(request, etag, last_modified)
    if response is None:
        response = make()
        response.headers["ETag"] = etag
        response.headers["Last-Modified"] = http_date(last_modified)
        patch_cache_control(response, private=True, no_cache=True)
    return response


def _etag(request: HttpRequest, *parts: str) -> str:
    """Name a page by what it is made of, the reader's language, role and form token included.

    The token matters: a kept page with the token of an older session could not change the language.
    """
    reader = (
        translation.get_language() or "",
        str(request.user.is_authenticated and request.user.is_staff),
        request.META.get("CSRF_COOKIE", ""),
        reading.furniture_digest(),
    )
    return quote_etag(sha256("\0".join((*parts, *reader)).encode()).hexdigest())
