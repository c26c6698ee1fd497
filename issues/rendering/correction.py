"""One part of a frozen page, replaced; the rest of the page byte for byte as it was.

The page is not rendered again: a template, a rubric or an author's name that changed since would change
the whole of a past issue. A part is cut out by its place in the text, and today's markup of that part
alone put there.
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import NamedTuple

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from ..models import Section
from .issue import section_context
from .markdown import render_markdown

# The elements that hold others on a page; those of a text are balanced, since they were cleaned.
_BLOCKS = ("article", "section", "div")


class NotOnThePage(Exception):
    """The frozen page has no such part, or has it in a form that cannot be told from the rest."""


def correct_page(web_html: str, section: Section) -> str:
    """Give a frozen web page with this one section rendered anew. Raises NotOnThePage."""
    place = _Page(web_html).part("section", "id", section.anchor)
    if place is None:
        raise NotOnThePage(section.anchor)
    with translation.override(settings.NEWSLETTER["language"]):
        markup = render_to_string("archive/_issue_section.html", {"section": section_context(section)})
    return _put(web_html, place, markup.strip())


def correct_words(web_html: str, *, introduction: str | None = None, closing: str | None = None) -> str:
    """Give a frozen web page with other words (Markdown) before or after its sections; None leaves them.

    Words that were not there come where the template has them; an empty text takes them away. Raises
    NotOnThePage.
    """
    for name, text in (("introduction", introduction), ("closing", closing)):
        if text is None:
            continue
        page = _Page(web_html)
        if page.inside is None:
            raise NotOnThePage(name)
        begin, end = page.inside
        at = begin if name == "introduction" else end
        markup = render_markdown(text, prefix=name)
        web_html = _put(
            web_html,
            page.part("div", "class", name) or _Place(at, at),
            f'<div class="{name}">{markup}</div>' if markup else "",
        )
    return web_html


class _Place(NamedTuple):
    """Offsets into the text, the second one behind the last character."""

    start: int
    end: int


def _put(html: str, place: _Place, markup: str) -> str:
    return html[: place.start] + markup + html[place.end :]


class _Page(HTMLParser):
    """Finds where the parts of an issue begin and end: what stands directly in its article.

    Footnotes are sections too, and a text may hold anything else: these are inside a part.
    """

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.inside: _Place | None = None
        self._parts: dict[tuple[str, str, str], _Place] = {}
        self._open: list[tuple[str, dict[str, str | None], int]] = []
        self._article = 0
        self._lines = [0]
        for line in html.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self.feed(html)
        self.close()

    def part(self, tag: str, attribute: str, value: str) -> _Place | None:
        return self._parts.get((tag, attribute, value))

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
            self.inside = _Place(self._article, self._offset())
        elif [name for name, _attrs, _start in self._open] == ["article"]:
            for attribute in ("id", "class"):
                place = _Place(start, self._offset() + len(f"</{tag}>"))
                self._parts.setdefault((tag, attribute, attrs.get(attribute) or ""), place)

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column
