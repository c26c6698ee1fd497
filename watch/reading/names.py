"""Who wrote a page: names, out of what stands where names should be."""

from __future__ import annotations

import re
from itertools import islice

from lxml.html import HtmlElement

from .markup import elements_of, is_aside, is_leaf, line_of, tidy

AND = {"fr": "et", "en": "and", "de": "und", "es": "y", "it": "e", "nl": "en", "pt": "e"}
_BY = re.compile(
    r"^(?:written by|posted by|by|écrit par|publié par|par|von|por|di|door)\s*:?\s+(?=\S)", re.IGNORECASE
)
_SURELY_BY = re.compile(r"^(?:(?:written |posted )?by|(?:écrit |publié )?par)\s*:?\s+(?=\S)", re.IGNORECASE)
_ADDRESS = re.compile(r"<?\S{1,64}@\S{1,255}>?")
# Where a byline stops to be names: a dash, a bar, a number, a day.
_END = re.compile(r"\s+[-–—|·•»]\s+|\s*\(|\s*[|·•]\s*|,?\s+(?:le|on|am|el|il|op|em)\s+\d|,?\s*\d")
NOBODY = {
    "admin",
    "administrator",
    "administrateur",
    "webmaster",
    "anonymous",
    "anonyme",
    "author",
    "auteur",
    "root",
}
LONGEST = 80
LINES = 200

_MARKED = (
    "//a[@rel][contains(concat(' ', @rel, ' '), ' author ')]",
    "//*[@class][contains(concat(' ', @class, ' '), ' author ')]"
    "//*[contains(concat(' ', @class, ' '), ' fn ')]",
    "//*[@class][contains(concat(' ', @class, ' '), ' p-author ')]",
    "//*[@class][contains(@class, 'author')]//a",
    "//*[@class][contains(@class, 'byline') or contains(translate(@class, '_', '-'), 'author-name')]",
    "//*[@class][contains(concat(' ', @class, ' '), ' author ') or contains(@class, '_author')]",
)


def clean(names: list[str], site: str = "") -> list[str]:
    """Give the names that are some, each once: no address, no account of nobody, not the site."""
    kept: dict[str, str] = {}
    for name in names:
        # « Von » and « Di » begin names too: those are taken off where a byline is read.
        name = tidy(_ADDRESS.sub("", _SURELY_BY.sub("", name, count=1))).strip(" ,;:()")
        known = name.casefold()
        is_nobody = known in NOBODY or known == site.casefold() or "://" in name or name.startswith("@")
        if len(name) <= LONGEST and not is_nobody and re.search(r"[^\W\d_]", name):
            kept.setdefault(known, name)
    return list(kept.values())


def split(text: str, language: str) -> list[str]:
    """Take a byline apart: « Par A, B et C »."""
    words = "|".join({AND.get(language, "and"), "and", "et"})
    return [part for part in re.split(rf"\s*[,;]\s*|\s+(?:{words}|&)\s+", text) if part]


def turned(name: str) -> str:
    """Give « Curie, Marie » as people say it."""
    last, comma, first = name.partition(",")
    return tidy(f"{first} {last}") if comma and "," not in first else name


def marked(tree: HtmlElement, language: str) -> list[str]:
    """Give the names in what is marked as a byline, of the first kind of mark that there is."""
    for path in _MARKED:
        found = [one for one in tree.xpath(path)[:50] if not is_aside(one)]
        if not found:
            continue
        # Under each answer of a thread stands a name; who began comes first.
        parent = found[0].getparent()
        block = parent.getparent() if parent is not None and parent.getparent() is not None else parent
        near = [
            one
            for one in found[:20]
            if block is not None
            and (one.getparent() in (parent, block) or one.getparent().getparent() is block)
        ]
        names = [
            name
            for one in near or found[:1]
            for name in split(_END.split(_BY.sub("", line_of(one), count=1))[0], language)
        ]
        if names := clean(names):
            return names
    return []


def spoken(tree: HtmlElement, language: str) -> list[str]:
    """Give the names of a line that begins with « Par », near the top."""
    for element in islice(elements_of(tree, "p", "div", "span", "em", "address", "small", "h3", "h4"), LINES):
        if not is_leaf(element):
            continue
        text = line_of(element)
        if len(text) < 160 and (by := _BY.match(text)) and text[by.end()].isupper():
            return clean(split(_END.split(text[by.end() :])[0], language))
    return []
