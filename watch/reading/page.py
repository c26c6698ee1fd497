"""Reading a page: title, site, authors, day, language, excerpt, and the address by which it calls itself.

What a page says for machines comes first, what people see of it next. Why not by trafilatura, the library for
this: docs/watch/pages.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from . import days, names
from .language import told_by
from .markup import elements_of, is_aside, line_of, metas_of, text_of, tidy, tree_of, words_of
from .structured import Described, json_ld, microdata

LONGEST_EXCERPT = 600
FEWEST_LETTERS = 60
SEPARATORS = r"\s+(?:[-–—|·•»«:/]|::|\|\|)\s+|\s*[|»]\s+|\s*:\s+"

_TITLES = ("citation_title", "dc.title", "dcterms.title", "og:title", "twitter:title")
_SITES = ("og:site_name", "citation_journal_title", "dc.publisher", "dcterms.publisher", "application-name")
_EXCERPTS = (
    "og:description",
    "description",
    "twitter:description",
    "dc.description",
    "dcterms.abstract",
    "citation_abstract",
)
_DAYS = (
    "article:published_time", "og:article:published_time", "citation_publication_date", "citation_date",
    "citation_online_date", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created",
    "dc.date",
    "dcterms.date", "parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish_date", "date",
)  # fmt: skip
_LANGUAGES = ("og:locale", "dc.language", "dcterms.language", "citation_language", "content-language")
_TIMES = (
    "//*[@class][contains(concat(' ', @class, ' '), ' published ')]",
    "//time[@pubdate or contains(@class, 'entry-date') or contains(@class, 'dt-published')]",
    "//time[@datetime] | //relative-time[@datetime]",
)


@dataclass(frozen=True)
class PageData:
    """What a page says of itself; empty where it does not. `canonical_url` is absolute, on whatever host."""

    title: str = ""
    site: str = ""
    authors: str = ""
    published_on: date | None = None
    language: str = ""
    excerpt: str = ""
    canonical_url: str = ""


def read(body: bytes, content_type: str, url: str) -> PageData:
    """Read a page of that type that was found at `url`. It may hang or eat memory: `apart.read` does not."""
    text = words_of(body, content_type)
    if content_type.partition(";")[0].strip().lower() == "text/plain":
        return PageData(
            site=_host(url), language=told_by(text), excerpt=_cut(text.strip().partition("\n\n")[0])
        )
    tree = tree_of(text)
    if tree is None:
        return PageData(site=_host(url))
    metas, data, items = metas_of(tree), json_ld(tree), microdata(tree)
    seen = _visible(tree)
    language = told_by(seen, _said_language(tree, metas, data, items))
    title, named = _title_and_site(tree, metas, data, items)
    site = _first(metas, _SITES) or data.site or named or _host(url)
    return PageData(
        title=_without(title, site),
        site=site,
        authors=", ".join(_authors(tree, metas, data, items, language, site)),
        published_on=_day(tree, metas, data, items, language),
        language=language,
        excerpt=_cut(_first(metas, _EXCERPTS) or data.excerpt or items.excerpt or _paragraph(tree)),
        canonical_url=_canonical(tree, metas, url),
    )


def _first(metas: dict[str, list[str]], wanted: tuple[str, ...]) -> str:
    return next((metas[name][0] for name in wanted if name in metas), "")


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _title_and_site(
    tree: HtmlElement, metas: dict[str, list[str]], data: Described, items: Described
) -> tuple[str, str]:
    """Give the title, and the site if the window's title names both, on either side of a sign."""
    window = next((line_of(title) for title in tree.xpath("//title[not(ancestor::svg)]")), "")
    said = _first(metas, _TITLES) or data.title or items.title
    headings = [line_of(heading) for heading in islice(tree.iter("h1", "h2", "h3"), 10)]
    found, site = "", ""
    for heading in filter(None, [said, data.title, *headings]):
        rest = window.removeprefix(heading) if window.startswith(heading) else window.removesuffix(heading)
        if rest == window or len(heading) < len(found):
            continue
        parts = [part for part in re.split(SEPARATORS, f" {rest} ") if part.strip()]
        if not parts or re.match(SEPARATORS, f" {rest} ") or re.search(rf"(?:{SEPARATORS})$", f" {rest} "):
            found, site = heading, parts[-1].strip() if parts else ""
    if not found and not said and window and re.search(r"\s[|–—·»]\s", window):
        found, _sign, site = re.split(r"\s([|–—·»])\s(?!.*\s[|–—·»]\s)", window, maxsplit=1)
    # What is said for networks, or in data, may be a line about the page rather than its title.
    is_shown = said and (
        said in window or said in headings or any(map(said.startswith, filter(None, headings)))
    )
    return (said if said and (is_shown or not found) else found or window or (headings or [""])[0]), site


def _without(title: str, site: str) -> str:
    """Give a title without the name of its site behind or before a sign."""
    name = re.escape(site)
    short = re.sub(rf"(?:{SEPARATORS}){name}$|^{name}(?:{SEPARATORS})", "", title)
    return (short or title)[:300]


def _authors(
    tree: HtmlElement,
    metas: dict[str, list[str]],
    data: Described,
    items: Described,
    language: str,
    site: str,
) -> list[str]:
    def written_together(*wanted: str) -> list[str]:
        return [
            part for name in wanted for text in metas.get(name, ()) for part in names.split(text, language)
        ]

    for found in (
        [names.turned(name) for name in metas.get("citation_author", ())],
        data.authors,
        [names.turned(name) for name in metas.get("dc.creator", metas.get("dc.creator.personalname", ()))],
        items.authors,
        written_together("author", "article:author", "og:article:author", "parsely-author", "byl"),
    ):
        if kept := names.clean(found, site):
            return kept
    return names.clean(names.marked(tree, language) or names.spoken(tree, language), site)


def _day(
    tree: HtmlElement, metas: dict[str, list[str]], data: Described, items: Described, language: str
) -> date | None:
    said = [data.date, *(metas[name][0] for name in _DAYS if name in metas), items.date]
    for path in _TIMES:
        for element in [one for one in tree.xpath(path)[:10] if not is_aside(one)][:3]:
            said += [element.get("datetime", ""), element.get("title", "")]
    return next(filter(None, map(days.day_of, said)), None) or days.in_words(tree, language)


def _said_language(tree: HtmlElement, metas: dict[str, list[str]], data: Described, items: Described) -> str:
    root = tree.getroottree().getroot()
    return (
        root.get("lang")
        or root.get("xml:lang")
        or data.language
        or _first(metas, _LANGUAGES)
        or items.language
    )


def _visible(tree: HtmlElement) -> str:
    paragraphs = [text for p in islice(tree.iter("p", "li", "blockquote"), 200) if (text := text_of(p))]
    return "\n".join(paragraphs) or text_of(tree)


def _paragraph(tree: HtmlElement) -> str:
    paragraphs = (text_of(p) for p in elements_of(tree, "p", "blockquote", most=200))
    return next((text for text in paragraphs if len(text) >= FEWEST_LETTERS and text[-1] in '.!?…»”"'), "")


def _cut(text: str) -> str:
    text = tidy(text)
    if len(text) <= LONGEST_EXCERPT:
        return text
    return f"{text[: LONGEST_EXCERPT - 1].rpartition(' ')[0] or text[: LONGEST_EXCERPT - 1]}…"


def _canonical(tree: HtmlElement, metas: dict[str, list[str]], url: str) -> str:
    hrefs = [
        link.get("href", "")
        for link in tree.iter("link")
        if "canonical" in link.get("rel", "").lower().split()
    ]
    base = next((base.get("href", "") for base in tree.iter("base") if base.get("href")), "")
    for href in [*hrefs[:1], *metas.get("og:url", [])[:1]]:
        try:
            address = urljoin(urljoin(url, base), href.strip())
            if (
                href.strip()
                and urlsplit(address).hostname
                and address.lower().startswith(("http://", "https://"))
            ):
                return address
        except ValueError:
            continue
    return ""
