"""Which file this is, by what is in it, whatever its name says."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from ..items import Item
from . import lines, netscape, opml, tables
from .bounds import Clock, Unreadable, bounded
from .decoding import texts


def read(data: bytes) -> tuple[str, list[Item]]:
    """Give what kind of file this is, in words, and its items in their order. Raises Unreadable alone."""
    clock = Clock()
    kind, items = "", []
    for text in texts(data):
        kind, found = _read(text.strip("﻿"), clock)
        items += list(found)
    return kind, list(bounded(items, clock))


def _read(text: str, clock: Clock) -> tuple[str, Iterator[Item]]:
    head = text[:2048].lower()
    if head.lstrip().startswith("<"):
        if "<opml" in head:
            return "OPML", bounded(opml.read(text, clock), clock)
        if "netscape-bookmark-file" in head or "<a " in text.lower():
            return _("bookmarks"), bounded(netscape.read(text, clock), clock)
    elif table := tables.recognise(text):
        return table.label, bounded(tables.read(text, table, clock), clock)
    if lines.has_any(text):
        return _("list of addresses"), bounded(lines.read(text, clock), clock)
    raise Unreadable(
        _(
            "There is no link in this file. These can be read: bookmarks (HTML), OPML, CSV of Pocket, "
            "Raindrop or Instapaper, and lists of addresses."
        )
    )
