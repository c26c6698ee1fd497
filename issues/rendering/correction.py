"""One part of a frozen page, replaced; the rest of the page byte for byte as it was.

The page is not rendered again: a template, a rubric or an author's name that changed since would change
the whole of a past issue. A part is cut out by its place in the text, and today's markup of that part
alone put there.
"""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from ..models import Section
from .frozen_page import FrozenPage, Place
from .issue import section_context
from .markdown import render_markdown


class NotOnThePage(Exception):
    """The frozen page has no such part, or has it in a form that cannot be told from the rest."""


def correct_page(web_html: str, section: Section) -> str:
    """Give a frozen web page with this one section rendered anew. Raises NotOnThePage."""
    place = FrozenPage(web_html).part("section", "id", section.anchor)
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
        page = FrozenPage(web_html)
        if page.inside is None:
            raise NotOnThePage(name)
        begin, end = page.inside
        at = begin if name == "introduction" else end
        markup = render_markdown(text, prefix=name)
        web_html = _put(
            web_html,
            page.part("div", "class", name) or Place(at, at),
            f'<div class="{name}">{markup}</div>' if markup else "",
        )
    return web_html


def _put(html: str, place: Place, markup: str) -> str:
    return html[: place.start] + markup + html[place.end :]
