"""Asking for a feed: what came back, or in a word why nothing did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from issues.links.addresses import request_url
from issues.links.client import Client

from .parsing import Feed, NotAFeed, parse

TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
    "application/xml",
    "text/xml",
    "application/json",
    # As many servers call their feeds; and a page is told as one.
    "text/plain",
    "text/html",
)
MOST_BYTES = 2 * 1024 * 1024
NOT_MODIFIED, GONE = 304, 410
STOPPED = "gone"


@dataclass(frozen=True)
class Reading:
    """What a server said. `failure` is a code for `words.explain`; without it there is a feed, or no news."""

    headers: Mapping[str, str]
    feed: Feed | None = None
    failure: str = ""


def ask(url: str, *, etag: str = "", last_modified: str = "", client: Client | None = None) -> Reading:
    """Ask for a feed, if it changed since (RFC 9110, 13.1). Takes 5 seconds at the most. Never raises."""
    headers = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    fetched = (client or Client()).fetch(
        request_url(url),
        headers={name: value for name, value in headers.items() if value},
        types=TYPES,
        max_bytes=MOST_BYTES,
    )
    if fetched.http_status == NOT_MODIFIED:
        return Reading(fetched.headers)
    if fetched.http_status == GONE:
        return Reading(fetched.headers, failure=STOPPED)
    if fetched.reason:
        return Reading(fetched.headers, failure=fetched.reason)
    if fetched.http_status != 200:
        return Reading(fetched.headers, failure=f"http-{fetched.http_status}")
    try:
        return Reading(fetched.headers, feed=parse(fetched.body, fetched.url))
    except NotAFeed as error:
        return Reading(fetched.headers, failure=error.code)
