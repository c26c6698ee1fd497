"""The parts of a frozen page: where each begins and ends in its text."""

from html.parser import HTMLParser
from typing import NamedTuple

# The elements that hold others on a page; those of a text are balanced, since they were cleaned.
_BLOCKS = ("article", "section", "div")


class Place(NamedTuple):
    """Offsets into the text, the second one behind the last character."""

    start: int
    end: int


class FrozenPage(HTMLParser):
    """Finds where the parts of an issue begin and end: what stands directly in its article.

    Footnotes are sections too, and a text may hold anything else: these are inside a part. `inside` is where
    the parts stand, None for a page that is none of ours.
    """

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.html = html
        self.inside: Place | None = None
        self._parts: dict[tuple[str, str, str], Place] = {}
        self._open: list[tuple[str, dict[str, str | None], int]] = []
        self._article = 0
        self._lines = [0]
        for line in html.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self.feed(html)
        self.close()

    def part(self, tag: str, attribute: str, value: str) -> Place | None:
        """Where the part with this attribute is; None if there is none."""
        return self._parts.get((tag, attribute, value))

    def section(self, anchor: str) -> str:
        """Give the markup of one section as it was frozen; empty if there is none."""
        place = self.part("section", "id", anchor)
        return self.html[place.start : place.end] if place else ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _BLOCKS:
            return
        if tag == "article" and not self._open:
            self._article = self._offset() + len(self.get_starttag_text() or "")
        self._open.append((tag, dict(attrs), self._offset()))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _BLOCKS or not self._open or self._open[-1][0] != tag:
            return
        _tag, attrs, start = self._open.pop()
        if not self._open and tag == "article":
            self.inside = Place(self._article, self._offset())
        elif [name for name, _attrs, _start in self._open] == ["article"]:
            for attribute in ("id", "class"):
                place = Place(start, self._offset() + len(f"</{tag}>"))
                self._parts.setdefault((tag, attribute, attrs.get(attribute) or ""), place)

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column
