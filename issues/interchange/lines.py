"""What a line of plain text looks like, taken alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

import emoji

from .escaping import URL

MAX_TITLE_CHARACTERS = 200
_MAX_HEADING_CHARACTERS = 80
_MAX_HEADING_WORDS = 12
_MAX_LINK_TITLE_CHARACTERS = 150

_PUBLISHER = re.compile(r"(?P<title>.*\S)\s+\((?P<publisher>[^()]{2,80})\)")
_BULLET = re.compile(r"(?:[•◦▪▫‣⁃·●○■□\uf0b7*+–-]|o(?=\t))\s+(?P<text>\S.*)")
_NUMBERED = re.compile(r"(?P<number>\d{1,3})[.)]\s+(?P<text>\S.*)")
_QUOTATION = re.compile(r"[“«][^“”«»]*[”»]|\"[^\"]*\"")

_ENGLISH = frozenset(
    re.findall(r"\w+", "the of and that is are was to in with for while more our this it between not on as")
)
_FRENCH = frozenset(
    re.findall(r"\w+", "le la les des une un est sont et que qui dans pour sur avec du de en ce cette ne pas")
)
_QUOTED = re.compile(r"[“«][^”»]*[”»]")


@dataclass(frozen=True)
class Line:
    """A line of the file: its number from 1, its text without the spaces around, and its indentation."""

    number: int
    text: str
    indent: int = 0

    @classmethod
    def read(cls, number: int, raw: str) -> Line:
        expanded = raw.expandtabs(4)
        return cls(number, raw.strip(), len(expanded) - len(expanded.lstrip()))

    @property
    def is_blank(self) -> bool:
        return not self.text

    @property
    def starts_with_emoji(self) -> bool:
        found = emoji.emoji_list(self.text[:16])
        return bool(found) and found[0]["match_start"] == 0

    @property
    def starts_in_lower_case(self) -> bool:
        return self.text[:1].islower()

    @property
    def announces(self) -> bool:
        """Whether it ends with a colon: what follows may be a list or a quotation."""
        return self.text.endswith(":")

    @property
    def is_a_sentence(self) -> bool:
        """Whether it ends as a sentence does, whatever emoji or closing quotes stand after."""
        return bool(re.search(r"[.!?…][)”»\"]*$", self._without_last_emoji))

    @property
    def is_short(self) -> bool:
        """Whether it has the shape of a heading: few words, a capital, no punctuation at the end."""
        return (
            len(self.text) <= _MAX_HEADING_CHARACTERS
            and len(self.text.split()) <= _MAX_HEADING_WORDS
            and self._stands_alone
            and not URL.search(self.text)
            and not (self.is_quotation or self.item or self.numbered)
        )

    @property
    def is_a_question(self) -> bool:
        return len(self.text) <= _MAX_HEADING_CHARACTERS and self.text.endswith("?")

    @property
    def is_quotation(self) -> bool:
        return bool(_QUOTATION.fullmatch(self.text)) or self.text.startswith("> ")

    @property
    def may_be_a_title(self) -> bool:
        return len(self.text) <= MAX_TITLE_CHARACTERS and any(char.isalpha() for char in self.text)

    @property
    def is_link_title(self) -> bool:
        """Whether it may be the title of a page, with its publisher or address or without."""
        if self.item or self.is_quotation:
            return False
        if URL.search(self.text):
            return self.names_its_link
        return len(self.text) <= _MAX_LINK_TITLE_CHARACTERS and self._stands_alone

    @property
    def names_its_link(self) -> bool:
        """Whether an address or a publisher in brackets stands at the end."""
        url = URL.search(self.text)
        if url:
            return self.text[url.end() :].strip(")>] ") == "" and url.start() <= MAX_TITLE_CHARACTERS
        return self._stands_alone and bool(_PUBLISHER.fullmatch(self.text))

    @property
    def link(self) -> tuple[str, str, str]:
        """The title, publisher and address that it names; the last two may be empty."""
        url = URL.search(self.text)
        text = self.text[: url.start()].rstrip(" :–—-|(<[") if url else self.text
        found = _PUBLISHER.fullmatch(text)
        title, publisher = (found["title"], found["publisher"]) if found else (text, "")
        address = url[0] if url else ""
        return title or address, publisher, address

    @property
    def item(self) -> str:
        """The text after a bullet; empty where there is none."""
        match = _BULLET.fullmatch(self.text)
        return match["text"] if match else ""

    @property
    def numbered(self) -> tuple[int, str] | None:
        match = _NUMBERED.fullmatch(self.text)
        return (int(match["number"]), match["text"]) if match else None

    @property
    def language(self) -> str:
        """ "en" or "fr" where the small words leave no doubt, else empty."""
        words = re.findall(r"[^\W\d_]+", _QUOTED.sub(" ", self.text).casefold())
        english = sum(word in _ENGLISH for word in words)
        french = sum(word in _FRENCH for word in words)
        if max(english, french) < 4 or max(english, french) < 3 * min(english, french):
            return ""
        return "en" if english > french else "fr"

    @property
    def _without_last_emoji(self) -> str:
        found = emoji.emoji_list(self.text[-24:])
        if found and found[-1]["match_end"] == len(self.text[-24:]):
            return self.text[: -len(found[-1]["emoji"])].rstrip()
        return self.text

    @property
    def _stands_alone(self) -> bool:
        return (
            not self.starts_in_lower_case
            and any(char.isalpha() for char in self.text)
            and self._without_last_emoji[-1:] not in ".,;:!?…"
        )
