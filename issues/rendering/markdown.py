"""Markdown to safe HTML: one function for the editor's preview, the web page and the email."""

import re
from collections.abc import Iterator
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_plugin
from mdit_py_plugins.footnote import footnote_plugin

from pictures.stored import own_picture, picture_size

from .autolinks import use_autolinks
from .brackets import bound_brackets
from .cleaning import clean_text
from .typography import french

TAGS = {
    *("a", "br", "code", "del", "em", "img", "s", "strong", "sub", "sup"),
    *("blockquote", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "section", "ul"),
    *("table", "tbody", "td", "th", "thead", "tr"),
}
ATTRIBUTES = {
    "a": {"href", "title", "id"},
    "img": {"src", "alt", "title", "width", "height", "loading"},
    "li": {"id"},
    "ol": {"start"},
    "td": {"align"},
    "th": {"align"},
}
CLASSES = {
    "a": {"footnote-backref"},
    "hr": {"footnotes-sep"},
    "li": {"footnote-item"},
    "ol": {"footnotes-list"},
    "section": {"footnotes"},
    "sup": {"footnote-ref"},
}
SCHEMES = {"http", "https", "mailto"}

# The section's title is an h2: an author's headings begin below it.
HEADINGS = {"h1": "h3", "h2": "h3", "h3": "h4", "h4": "h5", "h5": "h6", "h6": "h6"}

# Characters of one text: the longest takes seconds to render, whoever wrote it.
MAX_MARKDOWN = 200_000
# The parser leaves out what stands deeper: each quote counts one, each list two.
MAX_NESTING = 40

_OUTSIDE = re.compile(r"(?:https?://|mailto:)[^\s]", re.IGNORECASE)
_FOOTNOTE = re.compile(r"fn(?:ref)?[\w:.-]*")
_FOOTNOTE_LINK = re.compile(r"#fn(?:ref)?[\w:.-]*")
_ALIGNMENT = re.compile(r"text-align:\s*(left|center|right)")
_PIXELS = re.compile(r"[1-9][0-9]{0,3}")


class _Lenient(MarkdownIt):
    """Takes any address for a link's, so that what was meant to be one is found."""

    def validateLink(self, url: str) -> bool:
        return True


def _make_parser(kind: type[MarkdownIt] = MarkdownIt) -> MarkdownIt:
    parser = kind("commonmark", {"html": False, "linkify": True, "maxNesting": MAX_NESTING})
    parser.enable(["table", "strikethrough"])
    use_autolinks(parser)
    parser.use(footnote_plugin).use(attrs_plugin, after=("image",), allowed=["width", "height"])
    bound_brackets(parser)
    return parser


_PARSER = _make_parser()
_READER = _make_parser(_Lenient)


def parse_markdown(text: str, *, prefix: str = "") -> list[Token]:
    """Give the tokens that every rendering starts from: cleaned, with French typography."""
    tokens = _PARSER.parse(clean_text(text), {"docId": prefix} if prefix else {})
    for token in tokens:
        token.tag = HEADINGS.get(token.tag, token.tag)
        if token.children:
            token.children = list(_inline(token.children))
        if alignment := _ALIGNMENT.match(str(token.attrs.pop("style", ""))):
            token.attrs["align"] = alignment[1]
    return tokens


def read_markdown(text: str) -> list[Token]:
    """Give the tokens of a text as it was written, whatever it links to: to look at, never to render."""
    return _READER.parse(clean_text(text))


def render_markdown(text: str, *, prefix: str = "") -> SafeString:
    """Give the HTML of a Markdown text, sanitised to an allow-list.

    Raw HTML is shown as text; links lead to http, https and mailto; pictures are our own, with their
    size. `prefix` keeps the footnotes of several texts on one page apart. No input raises.
    """
    tokens = parse_markdown(text, prefix=prefix)
    html = _PARSER.renderer.render(tokens, _PARSER.options, {"docId": prefix} if prefix else {})
    return mark_safe(_sanitise(html))  # noqa: S308


def leads_outside(url: str) -> bool:
    """Whether a link may stand: http, https or mailto, and absolute."""
    return bool(_OUTSIDE.match(url))


def _sanitise(html: str) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        allowed_classes=CLASSES,
        attribute_filter=_keep_attribute,
        url_schemes=SCHEMES,
        link_rel="noopener",
    )


def _keep_attribute(tag: str, name: str, value: str) -> str | None:
    match tag, name:
        case "a", "href":
            kept = leads_outside(value) or bool(_FOOTNOTE_LINK.fullmatch(value))
        case _, "id":
            kept = bool(_FOOTNOTE.fullmatch(value))
        case "img", "src":
            kept = own_picture(value) is not None
        case _:
            kept = True
    return value if kept else None


def _inline(children: list[Token]) -> Iterator[Token]:
    """Set the typography of a line's text, and make links of pictures that are not ours."""
    in_address = False
    links = 0
    for token in children:
        # Bold in bold in bold: the programs behind take a tree as deep as their stack allows, and no deeper.
        if token.nesting and token.level >= MAX_NESTING:
            continue
        if token.type == "link_open":
            links += 1
            in_address = token.info == "auto"
        elif token.type == "link_close":
            links -= 1
            in_address = False
        elif token.type == "text" and not in_address:
            token.content = french(token.content)
        elif token.type == "image":
            yield from _picture(token, inside_link=links > 0)
            continue
        yield token


def _picture(token: Token, *, inside_link: bool) -> Iterator[Token]:
    source = str(token.attrs.get("src", ""))
    for part in token.children or []:
        if part.type == "text":
            part.content = french(part.content)
    alternative = "".join(part.content or " " * (part.type == "softbreak") for part in token.children or [])
    path = own_picture(source)
    if path:
        token.attrs["src"] = path
        _set_size(token.attrs, picture_size(path))
        token.attrs["loading"] = "lazy"
        yield token
        return
    if inside_link or not leads_outside(source):
        yield Token("text", "", 0, content=alternative)
    else:
        yield Token("link_open", "a", 1, attrs={"href": source})
        yield Token("text", "", 0, content=alternative or source)
        yield Token("link_close", "a", -1)


def _set_size(attributes: dict[str, Any], size: tuple[int, int] | None) -> None:
    """Give both measures; where the author chose one, the other follows the picture's shape."""
    chosen = {
        name: int(str(attributes[name]))
        for name in ("width", "height")
        if _PIXELS.fullmatch(str(attributes.get(name, "")))
    }
    attributes.pop("width", None)
    attributes.pop("height", None)
    if size:
        width, height = size
        if "width" in chosen:
            scale = chosen["width"] / width
        elif "height" in chosen:
            scale = chosen["height"] / height
        else:
            scale = 1
        chosen = {"width": round(width * scale), "height": max(1, round(height * scale))}
    attributes |= {name: str(value) for name, value in chosen.items()}
