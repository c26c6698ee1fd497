"""An item as another tool kept it, in the same words whatever the tool: nothing in it can hurt a column."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import nh3
from django.utils import timezone
from django.utils.dateparse import parse_datetime

LONGEST_TITLE = 300
LONGEST_TEXT = 10_000
MOST_TAGS, LONGEST_TAG = 20, 60
# Before, nobody kept bookmarks: such a date is a mistake of a tool.
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
# Clocks differ.
LATEST = timedelta(days=1)

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LINES = re.compile(r"<(?:br|/p|/li|/div|/h[1-6]|/tr|/blockquote|/pre)\b[^<>]{0,200}>", re.IGNORECASE)
_BLANKS = re.compile(r"[^\S\n]+")
_GAPS = re.compile(r"(?: ?\n ?){3,}")


@dataclass(frozen=True)
class Item:
    """A page that a tool kept. `line` is where it stands in a file, from 1; 0 outside of files."""

    url: str
    title: str = ""
    note: str = ""
    quote: str = ""
    tags: tuple[str, ...] = ()
    saved_at: datetime | None = None
    line: int = 0


def an_item(
    url: object,
    *,
    title: object = "",
    note: object = "",
    quote: object = "",
    tags: Iterable[object] = (),
    saved_at: datetime | None = None,
    line: int = 0,
) -> Item:
    """Give an item of what a tool said, whatever that is: what is no text counts as nothing. Never raises."""
    return Item(
        url=url.strip() if isinstance(url, str) else "",
        title=_one_line(title)[:LONGEST_TITLE],
        note=clean(note)[:LONGEST_TEXT],
        quote=clean(quote)[:LONGEST_TEXT],
        tags=_tags(tags),
        saved_at=saved_at,
        line=line,
    )


def clean(text: object) -> str:
    """Give a text without what PostgreSQL does not take (NUL, half a surrogate pair) and nobody sees."""
    if not isinstance(text, str):
        return ""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def plain_text(markup: object) -> str:
    """Give HTML as plain text: its paragraphs as lines, nothing of its tags or scripts."""
    if not isinstance(markup, str):
        return ""
    bare = html.unescape(nh3.clean(_LINES.sub(r"\g<0>" + "\n", markup), tags=set()))
    return clean(_GAPS.sub("\n\n", _BLANKS.sub(" ", bare)))


def moment(value: object) -> datetime | None:
    """Give a point in time: seconds since 1970 (or milli- or microseconds), or ISO 8601. None for no such."""
    text = value.strip() if isinstance(value, str) else value
    try:
        at = parse_datetime(text) if isinstance(text, str) and not text.isdecimal() else None
        if at is None:
            seconds = float(text)  # type: ignore[arg-type] # what is no number is no moment
            # Firefox and Delicious write microseconds, JavaScript milliseconds.
            while seconds > 1e11:
                seconds /= 1000
            at = datetime.fromtimestamp(seconds, UTC)
        elif at.tzinfo is None:
            at = at.replace(tzinfo=UTC)
        return at if EARLIEST <= at <= timezone.now() + LATEST else None
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def kept_at(item: Item) -> datetime:
    """When it was saved, as far as that is known; never later than now."""
    now = timezone.now()
    return min(item.saved_at or now, now)


def _one_line(text: object) -> str:
    return " ".join(clean(text).split())


def _tags(names: Iterable[object]) -> tuple[str, ...]:
    cleaned = (_one_line(name)[:LONGEST_TAG].strip() for name in names)
    return tuple(dict.fromkeys(name for name in cleaned if name))[:MOST_TAGS]
