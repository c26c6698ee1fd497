"""One section of a frozen page, replaced; the rest of the page byte for byte as it was."""

from __future__ import annotations

from html.parser import HTMLParser

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from ..models import Section
from .issue import section_context


class NotOnThePage(Exception):
    """The frozen page has no such section, or has it in a form that cannot be told from the rest."""


def correct_page(web_html: str, section: Section) -> str:
    """Give a frozen web page with this one section rendered anew.

    The page is not rendered again: a template, a rubric or an author's name that changed since would
    change the whole of a past issue. The section's element, known by its anchor, is cut out by its place
    in the text, and today's markup of that section alone put there. Raises NotOnThePage.
    """
    finder = _Finder(web_html, section.anchor)
    start, end = finder.place()
    with translation.override(settings.NEWSLETTER["language"]):
        markup = render_to_string("archive/_issue_section.html", {"section": section_context(section)})
    return web_html[:start] + markup.strip() + web_html[end:]


class _Finder(HTMLParser):
    """Finds where the section of an anchor begins and ends; footnotes are sections inside it."""

    def __init__(self, html: str, anchor: str) -> None:
        super().__init__(convert_charrefs=False)
        self._anchor = anchor
        self._lines = [0]
        for line in html.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self._depth = 0
        self._start: int | None = None
        self._end: int | None = None
        self.feed(html)
        self.close()

    def place(self) -> tuple[int, int]:
        if self._start is None or self._end is None:
            raise NotOnThePage(self._anchor)
        return self._start, self._end

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "section" or self._end is not None:
            return
        if self._start is None and ("id", self._anchor) in attrs:
            self._start = self._offset()
        if self._start is not None:
            self._depth += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "section" and self._start is not None and self._end is None:
            self._depth -= 1
            if not self._depth:
                self._end = self._offset() + len("</section>")

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column
