"""OPML 2 (opml.org/spec2): outlines that lead somewhere, with the names of those around them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from .. import xml
from ..items import Item, an_item
from .bounds import MOST_LINKS, Clock, Unreadable

# Where a person goes first: the site of a feed, rather than the feed.
_WAYS = ("htmlurl", "url", "xmlurl")


def read(text: str, clock: Clock) -> Iterator[Item]:
    """Give the outlines that have an address. Raises Unreadable."""
    items: list[Item] = []
    around: list[str] = []

    def start(name: str, attributes: dict[str, str], line: int) -> None:
        # Tools write xmlUrl, xmlURL and xmlurl.
        words = {key.lower(): value for key, value in attributes.items()}
        title = words.get("title") or words.get("text", "")
        url = next((words[way] for way in _WAYS if words.get(way)), "")
        if name.lower() == "outline" and url:
            paths = words.get("category", "").split(",")
            categories = [part for path in paths for part in path.split("/")]
            folders = [folder for folder in around if folder]
            items.append(an_item(url, title=title, tags=[*folders, *categories], line=line))
            if len(items) > MOST_LINKS:
                clock.check()
        around.append("" if url or name.lower() != "outline" else title)

    try:
        xml.walk(
            text.encode(errors="replace"),
            start=start,
            end=lambda name: around.pop(),
            each_block=clock.check,
            encoding="utf-8",
        )
    except xml.Malformed as error:
        raise Unreadable(
            _("The OPML breaks in line %(n)d: it is not well-formed there.") % {"n": error.line}
        ) from error
    yield from items
