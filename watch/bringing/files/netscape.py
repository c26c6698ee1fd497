"""The bookmarks file that Netscape made and every tool writes since: links, folders, tags, notes."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

from django.utils.translation import gettext as _

from ..items import Item, an_item, moment
from .bounds import Clock, Unreadable

BLOCK = 16 * 1024
# No tag is longer; a parser that waits for the end of one reads all of it again with each block.
LONGEST_TAG = 256 * 1024
DEEPEST = 100
# Folders that browsers made, not the person.
_MADE_BY_BROWSERS = ("personal_toolbar_folder", "unfiled_bookmarks_folder")


def read(text: str, clock: Clock) -> Iterator[Item]:
    """Give the bookmarks, with their folders among their tags. Raises Unreadable."""
    parser = _Bookmarks()
    for position in range(0, len(text), BLOCK):
        clock.check()
        parser.feed(text[position : position + BLOCK])
        if len(parser.rawdata) > LONGEST_TAG:
            raise Unreadable(
                _("The file breaks in line %(n)d: a tag has no end.") % {"n": parser.getpos()[0]}
            )
        yield from parser.done()
    # Not `close`, which reads a tag without an end in the square of its length.
    parser.feed("<p>")
    parser.finish()
    yield from parser.done()


class _Bookmarks(HTMLParser):
    """Takes the elements as they come: nobody ever closed a DT or a DD."""

    def __init__(self) -> None:
        super().__init__()
        self._items: list[Item] = []
        self._folders: list[str] = []
        self._heading = ""
        self._link: dict[str, str] | None = None
        self._line = 0
        self._into: list[str] | None = None
        self._title: list[str] = []
        self._note: list[str] = []

    def done(self) -> list[Item]:
        """Give what was read since the last time."""
        items, self._items = self._items, []
        return items

    def finish(self) -> None:
        """Take the link that was read, with the note that followed it."""
        if self._link is not None:
            given = self._link
            self._items.append(
                an_item(
                    given.get("href"),
                    title="".join(self._title),
                    note="".join(self._note),
                    tags=[*filter(None, self._folders), *given.get("tags", "").split(",")],
                    saved_at=moment(given.get("add_date")),
                    line=self._line,
                )
            )
        self._link, self._into, self._title, self._note = None, None, [], []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        words = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in words:
            self.finish()
            self._link, self._line, self._into = words, self.getpos()[0], self._title
        elif tag == "dd":
            self._into = self._note if self._link is not None else None
        elif tag == "br" and self._into is self._note:
            self._note.append("\n")
        elif tag == "h3":
            self.finish()
            self._title = []
            self._into = None if any(name in words for name in _MADE_BY_BROWSERS) else self._title
        elif tag == "dl":
            self.finish()
            self._open_folder()
        elif tag == "dt":
            self.finish()

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._into = None
        elif tag == "h3":
            self._heading, self._into, self._title = "".join(self._title).strip(), None, []
        elif tag == "dl":
            self.finish()
            self._heading = ""
            if self._folders:
                self._folders.pop()

    def handle_data(self, data: str) -> None:
        if self._into is not None:
            self._into.append(data)

    def _open_folder(self) -> None:
        if len(self._folders) >= DEEPEST:
            raise Unreadable(_("The file has more than %(n)d folders inside each other.") % {"n": DEEPEST})
        self._folders.append(self._heading)
        self._heading = ""
