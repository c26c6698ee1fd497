"""From the bytes of a feed to its items: RSS and Atom by feedparser, JSON Feed by hand."""

from __future__ import annotations

import calendar
import io
import json
import logging
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import feedparser

from ..items import EARLIEST, Item, an_item, moment, plain_text
from ..xml import Malformed, walk

logger = logging.getLogger(__name__)

MOST_ITEMS = 500
# Past so many it is no list of what one person keeps, and takes long to read.
TOO_MANY_ITEMS = 2000
# feedparser reads what is no XML too, in a time that grows with the square of the length.
LONGEST_LOOSE = 64 * 1024
# A longer text is the article rather than what somebody says of it.
LONGEST_NOTE = 1000

_ITEMS = ("item", "entry")
# What Shaarli ends each description with, in the languages that it speaks.
_PERMALINK = re.compile(r"\n?\s*— ?(?:Permalink|Permalien|Lien permanent|Permanentlink)\s*\Z")


class NotAFeed(Exception):
    """This is no feed that can be read; `code` says why: `page`, `format` or `items`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Feed:
    """What a feed says: its items, the newest first, and how many minutes it asks for between readings."""

    items: list[Item]
    minutes: int = 0


def parse(body: bytes, url: str) -> Feed:
    """Read a feed that came from an address. Gives the newest 500 items at the most. Raises NotAFeed."""
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    items, minutes = _json_feed(body) if start == b"{" else _xml_feed(body, url)
    # Most feeds begin with the newest; sorting keeps that order where dates are equal.
    if all(item.saved_at for item in items):
        items.sort(key=lambda item: item.saved_at or EARLIEST, reverse=True)
    return Feed(items[:MOST_ITEMS], minutes)


# --- RSS and Atom ---


def _xml_feed(body: bytes, url: str) -> tuple[list[Item], int]:
    _look_over(body)
    try:
        # A stream: a text that looks like an address would be fetched.
        read = feedparser.parse(
            io.BytesIO(body),
            response_headers={"content-type": "application/xml", "content-location": url},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
        if not read.version:
            raise NotAFeed("page" if _looks_like_a_page(body) else "format")
        return [_item_of(entry) for entry in read.entries], _minutes(read.feed.get("ttl"))
    except NotAFeed:
        raise
    # It promises nothing of what it raises for a stranger's dates, encodings and nestings.
    except Exception as error:
        logger.info("a feed that feedparser cannot read: %s", type(error).__name__)
        raise NotAFeed("format") from error


def _look_over(body: bytes) -> None:
    """Let nothing pass that would harm or take long. Raises NotAFeed."""
    items = 0

    def start(name: str, attributes: dict[str, str], line: int) -> None:
        nonlocal items
        items += name.rpartition(":")[2].lower() in _ITEMS
        if items > TOO_MANY_ITEMS:
            raise NotAFeed("items")

    try:
        walk(body, start=start)
    except Malformed as error:
        if _looks_like_a_page(body):
            raise NotAFeed("page") from error
        if len(body) > LONGEST_LOOSE or b"<!entity" in body.lower():
            raise NotAFeed("format") from error


def _looks_like_a_page(body: bytes) -> bool:
    head = body[:1024].lower()
    return b"<html" in head or b"<!doctype html" in head


def _item_of(entry: Any) -> Item:
    # feedparser gives one date for the other, with a warning, unless asked so.
    dates = (dict.get(entry, name) for name in ("published_parsed", "updated_parsed", "created_parsed"))
    tags = (tag.get("term") for tag in entry.get("tags", []))
    return an_item(
        entry.get("link"),
        title=_text(entry, "title"),
        note=_note(_text(entry, "summary")),
        tags=tags,
        saved_at=next((at for date in dates if date and (at := _moment_of(date))), None),
    )


def _text(entry: Any, name: str) -> str:
    is_plain = entry.get(f"{name}_detail", {}).get("type") == "text/plain"
    return entry.get(name, "") if is_plain else plain_text(entry.get(name, ""))


def _note(text: str) -> str:
    text = _PERMALINK.sub("", text.strip()).strip()
    return text if len(text) <= LONGEST_NOTE else ""


def _moment_of(date: Any) -> datetime | None:
    try:
        return moment(calendar.timegm(date))
    except (ValueError, OverflowError, TypeError):
        return None


def _minutes(ttl: object) -> int:
    text = str(ttl or "").strip()
    return min(int(text), 24 * 60) if text.isascii() and text.isdigit() and len(text) < 10 else 0


# --- JSON Feed: jsonfeed.org/version/1.1 ---


def _json_feed(body: bytes) -> tuple[list[Item], int]:
    try:
        feed = json.loads(body)
    # Of brackets without end, too.
    except (ValueError, RecursionError) as error:
        raise NotAFeed("format") from error
    version = feed.get("version") if isinstance(feed, dict) else None
    items = feed.get("items") if isinstance(version, str) and "jsonfeed.org" in version else None
    if not isinstance(items, list):
        raise NotAFeed("format")
    if len(items) > TOO_MANY_ITEMS:
        raise NotAFeed("items")
    return [_json_item(item) for item in items if isinstance(item, dict)], 0


def _json_item(item: dict[str, Any]) -> Item:
    note = item.get("summary") or item.get("content_text") or plain_text(item.get("content_html"))
    tags = item.get("tags")
    return an_item(
        # Of a list of links: the page that is spoken of, where the other is the list's own.
        item.get("external_url") or item.get("url"),
        title=item.get("title"),
        note=_note(note) if isinstance(note, str) else "",
        tags=tags if isinstance(tags, list) else (),
        saved_at=moment(item.get("date_published")) or moment(item.get("date_modified")),
    )
