"""From the bytes of a page to its tree, and the words in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from w3lib.encoding import html_to_unicode

UNSEEN = {"script", "style", "noscript", "template", "svg"}
# No article, whatever stands there.
ASIDE = (
    "ancestor::nav or ancestor::aside or ancestor::footer or ancestor::form"
    " or ancestor::*[contains(concat(' ', @id, ' ', @class), ' comments') or contains(@class, 'related')"
    " or contains(@class, 'comment-')]"
)


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


def text_of(element: HtmlElement) -> str:
    """Give what people see of an element, in one line."""
    return tidy("".join(_texts(element)))


def metas_of(tree: HtmlElement) -> dict[str, list[str]]:
    """Give the contents of all meta elements, by their names in small letters, in their order."""
    found: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
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
