"""What a draft is made of: pages, each once, with what was kept of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError

from issues.belongings import SourceLine
from issues.interchange.escaping import escape, escape_heading
from issues.links.addresses import request_url
from issues.models import Source

from ..models import Clip, Link


@dataclass
class Page:
    """One link, and the words of all who kept it."""

    link: Link
    quotes: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        """What the page is called, in one line; its address where it has no name yet."""
        return _in_one_line(self.link.title) or self.link.url

    def as_source(self) -> SourceLine:
        """Give the source printed at the end. An address that no form of the desk takes is left out."""
        publisher = _in_one_line(self.link.site) or (urlsplit(self.link.url).hostname or "").removeprefix(
            "www."
        )
        return SourceLine(self.title[:300], publisher[:120], _address(self.link.url))

    def as_markdown(self) -> str:
        """Give its heading, the notes as paragraphs, the quotes as quotations: all of it as it was typed."""
        blocks = [f"## {escape_heading(self.title)}"]
        for note in self.notes:
            blocks += [escape(line) for line in _lines(note)]
        for quote in self.quotes:
            blocks.append("\n>\n".join(f"> {escape(line)}" for line in _lines(quote)))
        if not _address(self.link.url):
            blocks.append(escape(self.link.url))
        return "\n\n".join(blocks)


def pages_of(clips: Iterable[Clip], links: Iterable[Link] = ()) -> list[Page]:
    """Give the pages of these clips in their order, then those of bare links, each once."""
    pages: dict[int, Page] = {}
    for clip in clips:
        page = pages.setdefault(clip.link_id, Page(clip.link))
        for words, kept in ((clip.quote.strip(), page.quotes), (clip.note.strip(), page.notes)):
            if words and words not in kept:
                kept.append(words)
    for link in links:
        pages.setdefault(link.pk, Page(link))
    return list(pages.values())


def body_of(pages: Iterable[Page]) -> str:
    """Give the text of a section about these pages."""
    return "".join(f"{page.as_markdown()}\n\n" for page in pages).rstrip("\n") + "\n"


def _lines(text: str) -> list[str]:
    """Each line that shows anything: a paragraph of its own, so that no two make a table or a heading."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _in_one_line(text: str) -> str:
    return " ".join(text.split())


def _address(url: str) -> str:
    """Give the address as a source can hold it, so that the form of the desk saves it again; else nothing."""
    field = Source._meta.get_field("url")
    for address in (url, request_url(url)):
        try:
            field.run_validators(address)
        except ValidationError:
            continue
        # Schemes are small letters in the database.
        if address.startswith(("http://", "https://")):
            return address
    return ""
