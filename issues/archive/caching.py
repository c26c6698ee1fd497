"""Pages that are made once per change: kept here, and by browsers, who ask before they show them again."""

from collections.abc import Callable, Iterable
from datetime import datetime
from hashlib import sha256

from django.contrib.messages import get_messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date, quote_etag

from . import reading

# Seconds. What changed has another name, so time only frees the memory of what nobody asks for.
KEPT = 3600


def kept(
    request: HttpRequest, parts: Iterable[str], moments: Iterable[datetime], make: Callable[[], HttpResponse]
) -> HttpResponse:
    """Give 304 to whoever has this page (RFC 9110, section 13), else the page that `make` makes, once.

    `parts` are what it is made of, `moments` when that changed.
    """
    if len(get_messages(request)):
        # Words for one visitor stand on it.
        return make()
    etag = _etag(request, *parts)
    last_modified = int(max(moment.timestamp() for moment in moments))
    response = get_conditional_response(request, etag, last_modified)
    if response is None:
        response = HttpResponse(_page(etag, make))
        response.headers["ETag"] = etag
        response.headers["Last-Modified"] = http_date(last_modified)
        patch_cache_control(response, private=True, no_cache=True)
    return response


def _page(etag: str, make: Callable[[], HttpResponse]) -> bytes:
    key = f"page:{etag.strip('"')}"
    content: bytes | None = cache.get(key)
    if content is None:
        content = make().content
        cache.set(key, content, KEPT)
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
