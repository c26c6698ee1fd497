"""What tools post: the pages of it, with the words that were said of them."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from typing import Any

from ..items import Item, an_item, plain_text

MOST_ITEMS = 100
SAVED = "save_entry"
# Names that tools give these (Feedly, Readwise, n8n, linkding, browsers' extensions), without regard to case.
URL = ("url", "link", "href", "entryurl", "uri", "source_url")
TITLE = ("title", "entrytitle", "name")
NOTE = ("note", "notes", "comment", "description", "annotation")
QUOTE = ("quote", "highlight", "selection", "text")
TAGS = ("tags", "tag_names")


class Unreadable(Exception):
    """This is nothing of which a link could be kept."""


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Whether Miniflux signed this body with the secret: HMAC-SHA256 in hexadecimal, in constant time.

    Source: miniflux.app/docs/webhooks.html. Without a secret nothing is signed.
    """
    expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return bool(secret) and hmac.compare_digest(expected.encode(), signature.strip().encode(errors="replace"))


def of_miniflux(body: bytes, event: str) -> Item | None:
    """Give the entry that was saved; None for another event. Raises Unreadable.

    `event` is the header X-Miniflux-Event-Type; the body tells the same as `event_type`.
    """
    data = _read(body)
    if not isinstance(data, dict):
        raise Unreadable
    if (event or data.get("event_type")) != SAVED:
        return None
    entry = data.get("entry")
    if not isinstance(entry, dict) or not isinstance(entry.get("url"), str):
        raise Unreadable
    tags = entry.get("tags")
    # Its content is the article: what the page says is read from the page.
    return an_item(entry["url"], title=entry.get("title"), tags=tags if isinstance(tags, list) else ())


def of_any(body: bytes) -> list[Item]:
    """Give the pages of an object, or of a list of objects (100 at the most). Raises Unreadable."""
    data = _read(body)
    objects = data if isinstance(data, list) else [data]
    if not 0 < len(objects) <= MOST_ITEMS:
        raise Unreadable
    return [_item_of(one) for one in objects]


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    # Of brackets without end, too.
    except (ValueError, RecursionError) as error:
        raise Unreadable from error


def _item_of(one: object) -> Item:
    for words in _candidates(one):
        if url := _first(words, URL):
            tags = next((words[name] for name in TAGS if words.get(name)), ())
            return an_item(
                url,
                title=_first(words, TITLE),
                note=plain_text(_first(words, NOTE)),
                quote=plain_text(_first(words, QUOTE)),
                tags=tags if isinstance(tags, list) else str(tags).split(",") if tags else (),
            )
    raise Unreadable


def _candidates(one: object) -> Iterator[dict[str, Any]]:
    """Give the object, then those in it: many tools wrap what they tell (`{"bookmark": {...}}`)."""
    if isinstance(one, Mapping):
        yield {str(name).casefold(): value for name, value in one.items()}
        for inner in one.values():
            if isinstance(inner, Mapping):
                yield {str(name).casefold(): value for name, value in inner.items()}


def _first(words: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((words[name] for name in names if isinstance(words.get(name), str) and words[name]), "")
