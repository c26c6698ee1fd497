"""Pages that are made once per change: kept here, and by browsers, who ask before they show them again.

The ETag alone says whether a page changed. Last-Modified tells of the last publication or correction on it:
the new name of an author, a dead link, a withdrawal have no moment, so who asks by a date gets the page
again.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import (
    add_never_cache_headers,
    get_conditional_response,
    patch_cache_control,
    patch_vary_headers,
)
from django.utils.http import http_date, quote_etag

from . import reading

# Seconds. What changed has another name, so time only frees the memory of what nobody asks for.
KEPT = 3600
_CACHE = "archive"


def shared(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a stranger what another was answered less than VEILLE_ARCHIVE_SECONDS ago, and ask no database.

    So a page that everybody follows a link to costs what it costs once a second. Who has a session sees each
    change at once; nobody sees an older page than that.
    """

    @wraps(view)
    def look(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.VEILLE_ARCHIVE_SECONDS or _is_known(request):
            return view(request, *args, **kwargs)
        asked = (request.method, request.get_full_path(), translation.get_language(), *_conditions(request))
        key = f"answer:{sha256(repr(asked).encode()).hexdigest()}"
        response: HttpResponse | None = caches[_CACHE].get(key)
        if response is None:
            response = view(request, *args, **kwargs)
            if response.status_code in (200, 304) and not response.cookies:
                caches[_CACHE].set(key, response, settings.VEILLE_ARCHIVE_SECONDS)
        return response

    return look


def _is_known(request: HttpRequest) -> bool:
    """Whether a visitor may have an account, or words waiting."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES or CookieStorage.cookie_name in request.COOKIES


def _conditions(request: HttpRequest) -> Iterable[str | None]:
    return (request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since"))


def kept(
    request: HttpRequest, parts: Iterable[str], moments: Iterable[datetime], make: Callable[[], HttpResponse]
) -> HttpResponse:
    """Give 304 to whoever has this page (RFC 9110, section 13.1.2), else the page that `make` makes, once.

    `parts` are all that it says, `moments` when that was published or corrected.
    """
    if len(get_messages(request)):
        # Words for one visitor stand on it.
        response = make()
        add_never_cache_headers(response)
        return response
    etag = _etag(request, *parts)
    response = get_conditional_response(request, etag) or HttpResponse(_page(etag, make))
    # A 304 bears them too (RFC 9110, section 15.4.5).
    response.headers["ETag"] = etag
    patch_cache_control(response, private=True, no_cache=True)
    # Also where nobody looked whose session it is.
    patch_vary_headers(response, ["Cookie"])
    if last := max(moments, default=None):
        response.headers["Last-Modified"] = http_date(int(last.timestamp()))
    return response


def _page(etag: str, make: Callable[[], HttpResponse]) -> bytes:
    key = f"page:{etag.strip('"')}"
    content: bytes | None = caches[_CACHE].get(key)
    if content is None:
        content = make().content
        caches[_CACHE].set(key, content, KEPT)
    return content


def _etag(request: HttpRequest, *parts: str) -> str:
    """Name a page by what it is made of, the reader's language, and whether the desk is theirs."""
    reader = (
        translation.get_language() or "",
        str(request.user.is_authenticated and request.user.is_staff),
        reading.furniture_digest(),
    )
    # The path stands in the form that chooses the language.
    return quote_etag(sha256("\0".join((request.get_full_path(), *parts, *reader)).encode()).hexdigest())
