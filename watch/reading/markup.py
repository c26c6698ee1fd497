"""From the bytes of a page to its tree, and the words in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from w3lib.encoding import html_to_unicode

UNSEEN = {"script", "style", "noscript", "template", "svg"}
# No article, whatever stands there.
_ASIDE_TAGS = {"nav", "aside", "footer", "form"}
_ASIDE_NAMES = re.compile(r"(?:^|\s)comments|related|comment-", re.IGNORECASE)
# Pages of people have fewer before their text begins.
MOST_ELEMENTS = 5_000
MOST_PIECES = 20_000
# What names a person or a day is shorter.
LONGEST_LINE = 400


def words_of(body: bytes, content_type: str) -> str:
    """Decode a page: by its mark, its server's word, its own, else UTF-8, else windows-1252."""
    return html_to_unicode(content_type, body, auto_detect_fun=_guess)[1].replace("\0", "")


def tree_of(text: str) -> HtmlElement | None:
    """Give the tree, whatever is wrong with the page; None if there is nothing in it."""
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        return document_fromstring(text.encode(errors="replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, AssertionError):
        return None


def tidy(text: str) -> str:
    """Give a text in one line."""
    return re.sub(r"\s+", " ", text).strip()


def text_of(element: HtmlElement, most: int = 20_000) -> str:
    """Give what people see of an element, in one line: the first `most` letters, or a few more."""
    pieces, length = [], 0
    for piece in islice(_texts(element), MOST_PIECES):
        pieces.append(piece)
        length += len(piece)
        if length >= most:
            break
    return tidy("".join(pieces)[: 2 * most])


def line_of(element: HtmlElement) -> str:
    """Give what people see of an element that should be short: names, a day."""
    return text_of(element, LONGEST_LINE)


def elements_of(tree: HtmlElement, *tags: str, most: int = MOST_ELEMENTS) -> Iterator[HtmlElement]:
    """Give the first elements of some kinds, in their order, but for those of navigation, comments, …"""
    return (element for element in islice(tree.iter(*tags), most) if not is_aside(element))


def is_aside(element: HtmlElement) -> bool:
    """Whether an element stands beside the article."""
    return any(
        one.tag in _ASIDE_TAGS or _ASIDE_NAMES.search(f"{one.get('id', '')} {one.get('class', '')}")
        for one in element.iterancestors()
    )


def is_leaf(element: HtmlElement) -> bool:
    """Whether an element has no paragraph in it."""
    return next(element.iterdescendants("p", "div"), None) is None


def metas_of(tree: HtmlElement) -> dict[str, list[str]]:
    """Give the contents of all meta elements, by their names in small letters, in their order."""
    found: dict[str, list[str]] = {}
    for meta in islice(tree.iter("meta"), MOST_ELEMENTS):
        content = tidy(meta.get("content", ""))
        if not content:
            continue
        for attribute in ("name", "property", "http-equiv"):
            if name := meta.get(attribute, "").strip().lower():
                found.setdefault(name, []).append(content)
    return found


def _guess(body: bytes) -> str:
    try:
        body.decode()
    except UnicodeDecodeError as error:
        # A body that was cut may end within a letter.
        return "utf-8" if error.start >= len(body) - 4 else "cp1252"
    return "utf-8"


def _texts(element: HtmlElement) -> Iterator[str]:
    stack: list[tuple[HtmlElement, bool]] = [(element, False)]
    while stack:
        node, is_read = stack.pop()
        if is_read:
            yield node.tail or ""
            continue
        if node is not element:
            stack.append((node, True))
        if not isinstance(node.tag, str) or node.tag in UNSEEN or "headerlink" in node.get("class", ""):
            continue
        yield node.text or ""
        if node.tag == "br":
            yield " "
        stack.extend((child, False) for child in reversed(node))
