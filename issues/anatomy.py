"""What a Markdown text is made of: its links, pictures, headings and words, and in which lines they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from markdown_it.token import Token

from .rendering.markdown import HEADINGS, MAX_NESTING, read_markdown

_HOLDERS = ("blockquote_open", "list_item_open", "footnote_open", "footnote_reference_open")


@dataclass(frozen=True)
class Link:
    url: str
    line: int


@dataclass(frozen=True)
class Picture:
    address: str
    alternative: str
    line: int


@dataclass(frozen=True)
class Heading:
    """`level` is that of the page, where the section's title is an h2; `tag` is the author's own."""

    tag: str
    level: int
    line: int


@dataclass(frozen=True)
class Anatomy:
    links: tuple[Link, ...]
    pictures: tuple[Picture, ...]
    headings: tuple[Heading, ...]
    words: int
    # The first line whose text is too deep in quotes and lists to be shown; None if all is.
    lost_at: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether readers would see nothing at all."""
        return not self.words and not self.pictures


# A text is looked at many times until it changes: at each save, on each board, at the approval.
@lru_cache(maxsize=1024)
def anatomy(text: str) -> Anatomy:
    """Take a Markdown text apart. Lines count from 1. No input raises."""
    links: list[Link] = []
    pictures: list[Picture] = []
    headings: list[Heading] = []
    words = 0
    lost_at = None
    for token in read_markdown(text):
        first_line = (token.map or [0])[0] + 1
        if token.type == "heading_open":
            headings.append(Heading(token.tag, int(HEADINGS[token.tag][1]), first_line))
        elif token.type in ("fence", "code_block"):
            words += len(token.content.split())
        elif token.type in _HOLDERS and token.level >= MAX_NESTING - 1 and lost_at is None:
            lost_at = first_line
        for line, part in _numbered(token.children or [], first_line):
            if part.type == "link_open":
                links.append(Link(str(part.attrs.get("href", "")), line))
            elif part.type == "image":
                pictures.append(Picture(str(part.attrs.get("src", "")), _words_of(part), line))
            else:
                words += len(part.content.split())
    return Anatomy(tuple(links), tuple(pictures), tuple(headings), words, lost_at)


def _numbered(parts: list[Token], line: int) -> Iterator[tuple[int, Token]]:
    for part in parts:
        yield line, part
        line += part.type in ("softbreak", "hardbreak")


def _words_of(picture: Token) -> str:
    parts = picture.children or []
    return "".join(part.content or " " * (part.type == "softbreak") for part in parts).strip()
