"""300 pages of our own making, in the shapes of the web's systems: the same ones each time, no file kept."""

from __future__ import annotations

import re

from . import blogs, others, press
from .page import UNASKED, Page, Shape, Story, Truth, a_story, saved

SHAPES: list[Shape] = [
    blogs.wordpress_seo, blogs.wordpress_bare, blogs.ghost, blogs.hugo, blogs.jekyll, blogs.medium, blogs.substack,
    blogs.blogger, blogs.spip, press.newspaper, press.agency, press.arxiv, press.journal, press.dublin_core,
    press.institution, press.encyclopedia, press.video, press.press_release, others.discourse, others.phpbb,
    others.sphinx, others.mkdocs, others.release, others.opengraph_alone, others.data_alone, others.microdata,
    others.by_hand, others.broken, others.words_alone,
]  # fmt: skip
LATIN = {"fr", "en", "es", "it", "nl", "pt", "de"}


def all_pages(count: int = 300) -> list[Page]:
    """Make the pages, each shape as often as another."""
    return [a_page(SHAPES[number % len(SHAPES)], number // len(SHAPES)) for number in range(count)]


def a_page(shape: Shape, number: int) -> Page:
    """Make the so-manieth page of a shape; some are written in other charsets, some name their page otherwise."""
    languages = (
        "en" if shape.__name__ in ("release", "sphinx", "arxiv") else "fr fr fr en en en de de es it nl pt"
    )
    story = a_story(f"{shape.__name__} {number}", languages)
    html, truth = shape(story)
    html, truth = _canonical(story, html, truth, number)
    charset, header = _charset(shape.__name__, number)
    if charset != "utf-8":
        # As their owners wrote them before the charset was the web's.
        html = re.sub(r"(?i)<meta charset=[\"']?utf-8[\"']?\s*/?>", f'<meta charset="{charset}">', html)
        html = re.sub(r"(?i)charset=utf-8", f"charset={charset}", html)
    return saved(shape.__name__, story, html, truth, "cp1252" if charset == "iso-8859-1" else charset, header)


def _charset(shape: str, number: int) -> tuple[str, str]:
    """Give the charset of a page, and what its server says of it."""
    if shape == "by_hand":
        return "iso-8859-1", ["", "iso-8859-1", "windows-1252"][number % 3]
    if shape == "words_alone":
        # Nothing in the page says it: the server must, or the bytes do.
        return [
            ("utf-8", ""),
            ("cp1252", "iso-8859-1"),
            ("utf-16", ""),
            ("utf-8", "UTF-8"),
            ("utf-8-sig", ""),
        ][number % 5]
    return {
        2: ("utf-8", "utf-8"),
        5: ("iso-8859-1", ""),
        7: ("windows-1252", "windows-1252"),
        9: ("utf-8-sig", ""),
    }.get(number, ("utf-8", ""))


def _canonical(story: Story, html: str, truth: Truth, number: int) -> tuple[str, Truth]:
    """Let some pages name themselves by a relative address, with parameters, or on the server they were taken from."""
    named = f'<link rel="canonical" href="{story.url}"'
    if named not in html or number not in (3, 4, 6):
        return html, truth
    href, truth.canonical = {
        3: (story.path, story.url),
        4: (f"//{story.host}{story.path}", story.url),
        6: (f"https://ailleurs.example{story.path}",) * 2,
    }[number]
    return html.replace(named, f'<link rel="canonical" href="{href}"'), truth


__all__ = ["SHAPES", "UNASKED", "Page", "Truth", "all_pages"]
