"""What a page says of itself for machines: JSON-LD and microdata, in the words of schema.org."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from lxml.html import HtmlElement

from .markup import text_of, tidy

# https://schema.org/CreativeWork and what of it is read rather than only linked to.
WORKS = re.compile(
    r"(?:Article|Posting|Blog|News\w*|Report|Review|Book|Thesis|Dataset|Recipe|HowTo|VideoObject|Episode|Course"
    r"|SoftwareSourceCode|CreativeWork|Question|QAPage|Legislation|Event)$"
)
MOST_NODES = 2_000
LONGEST_SUMMARY = 1_000


@dataclass
class Described:
    """What is said of the page's main thing."""

    title: str = ""
    site: str = ""
    authors: list[str] = field(default_factory=list)
    date: str = ""
    language: str = ""
    excerpt: str = ""


def json_ld(tree: HtmlElement) -> Described:
    """Read all JSON-LD of a page; what is no JSON is passed over."""
    roots = []
    for script in tree.iter("script"):
        if script.get("type", "").partition(";")[0].strip().lower() == "application/ld+json":
            roots += _parsed(script.text or "")
    nodes = list(_nodes(roots))
    by_id: dict[str, dict[str, Any]] = {}
    for node in nodes:
        if isinstance(node.get("@id"), str) and len(node) > 1:
            by_id.setdefault(node["@id"], node)
    works = [node for node in nodes if WORKS.search(_type(node)) and _type(node) != "Comment"]
    # A list of other articles has heads too; the main one comes first, and says when it came out.
    works.sort(key=lambda node: not any(map(node.get, ("datePublished", "dateCreated", "uploadDate"))))
    if not works:
        return Described(site=_site(nodes, {}, by_id))
    work = works[0]
    people = [*_listed(work.get("author") or work.get("creator")), *_listed(work.get("contributor"))]
    return Described(
        title=_words(
            work.get("name") if _type(work) == "Article" and work.get("name") else work.get("headline")
        )
        or _words(work.get("headline"))
        or _words(work.get("name")),
        site=_site(nodes, work, by_id),
        authors=[name for person in people for name in _names(person, by_id)],
        date=next(
            (_words(work[key]) for key in ("datePublished", "dateCreated", "uploadDate") if work.get(key)), ""
        ),
        language=_language(work.get("inLanguage")),
        excerpt=_words(work.get("description")) or _words(work.get("abstract")),
    )


def microdata(tree: HtmlElement) -> Described:
    """Read the item properties of a page, wherever they stand."""
    items: dict[str, list[HtmlElement]] = {}
    for element in tree.xpath("//*[@itemprop]")[:MOST_NODES]:
        for name in element.get("itemprop").split():
            items.setdefault(name, []).append(element)
    authors = []
    for element in items.get("author", ())[:20]:
        names = element.xpath(".//*[@itemprop='name']")[:5]
        is_address = element.get("href") and not len(element)
        authors += [_property(name) for name in names or ([] if is_address else [element])]
    whole = items.get("articleBody", [])
    summaries = (_property(element) for element in items.get("description", ())[:5] if element not in whole)
    return Described(
        title=_first(items, "headline"),
        authors=list(filter(None, authors)),
        date=_first(items, "datePublished") or _first(items, "dateCreated") or _first(items, "uploadDate"),
        language=_first(items, "inLanguage"),
        excerpt=next((text for text in summaries if text and len(text) <= LONGEST_SUMMARY), ""),
    )


def _parsed(text: str) -> list[Any]:
    text = re.sub(r"^\s*(?:<!--|//<!\[CDATA\[|/\*<!\[CDATA\[\*/)|(?:-->|//\]\]>|/\*\]\]>\*/)\s*$", "", text)
    try:
        # Line breaks within words are not JSON's, but people's.
        return [json.loads(text, strict=False)]
    except (ValueError, RecursionError):
        return []


def _nodes(roots: list[Any]) -> Iterator[dict[str, Any]]:
    waiting, seen = list(roots), 0
    while waiting and seen < MOST_NODES:
        node, seen = waiting.pop(0), seen + 1
        if isinstance(node, dict):
            yield node
            waiting += [
                value for key, value in node.items() if key not in ("comment", "itemListElement", "author")
            ]
        elif isinstance(node, list):
            waiting += node


def _type(node: dict[str, Any]) -> str:
    types = [kind for kind in _listed(node.get("@type")) if isinstance(kind, str)]
    return next((kind for kind in types if WORKS.search(kind)), types[0] if types else "").rpartition("/")[2]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _words(value: Any) -> str:
    """Give a value that should be a text. Some systems escape it as if it stood in HTML."""
    value = next(iter(_listed(value)), "")
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name") or ""
    return tidy(unescape(value)) if isinstance(value, str) else ""


def _names(person: Any, by_id: dict[str, dict[str, Any]]) -> list[str]:
    if isinstance(person, dict):
        person = {**by_id.get(str(person.get("@id")), {}), **person}
        parts = tidy(f"{_words(person.get('givenName'))} {_words(person.get('familyName'))}")
        return [name for one in _listed(person.get("name")) if (name := _words(one))] or (
            [parts] if parts else []
        )
    return [_words(person)] if _words(person) else []


def _site(nodes: list[dict[str, Any]], work: dict[str, Any], by_id: dict[str, dict[str, Any]]) -> str:
    for key in ("publisher", "isPartOf", "sourceOrganization"):
        for owner in _listed(work.get(key)):
            names = _names(owner, by_id) if isinstance(owner, dict | str) else []
            kind = _type(owner) if isinstance(owner, dict) else ""
            if names and "Page" not in kind and not names[0].startswith("http"):
                return names[0]
    return next(
        (name for node in nodes if _type(node) == "WebSite" and (name := _words(node.get("name")))), ""
    )


def _language(value: Any) -> str:
    value = next(iter(_listed(value)), "")
    if isinstance(value, dict):
        value = value.get("alternateName") or value.get("name") or ""
    return value if isinstance(value, str) else ""


def _property(element: HtmlElement) -> str:
    for attribute in ("content", "datetime"):
        if value := tidy(element.get(attribute, "")):
            return value
    if element.tag == "abbr" and element.get("title"):
        return tidy(element.get("title"))
    return text_of(element)


def _first(items: dict[str, list[HtmlElement]], name: str) -> str:
    return next(filter(None, map(_property, items.get(name, ())[:10])), "")
