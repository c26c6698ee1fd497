"""A list of addresses as people write them: one a line, with or without words around it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..items import Item, an_item
from .bounds import Clock

_ADDRESS = re.compile(r"https?://[^\s<>\"«»“”]+", re.IGNORECASE)
# A link of Markdown, whose address ends with the bracket.
_MARKDOWN = re.compile(
    r"\[([^\[\]\n]{1,500})\]\((https?://[^\s()<>]+(?:\([^\s()<>]*\)[^\s()<>]*)*)\)", re.IGNORECASE
)
_END = ".,;:!?'’…*_`|"
_AROUND = ' \t-*•–—:;,.|>()[]<>#"«»“”'
# A longer line is cut: no address is kept that is.
LONGEST_LINE = 10_000


def has_any(text: str) -> bool:
    """Whether there is an address of the web in a text."""
    return bool(_ADDRESS.search(text))


def read(text: str, clock: Clock) -> Iterator[Item]:
    """Give the addresses of each line; the words of a line with a single one are its title."""
    for number, line in enumerate(text.splitlines(), 1):
        if number % 1000 == 0:
            clock.check()
        line = line[:LONGEST_LINE]
        named = {match[2]: match[1] for match in _MARKDOWN.finditer(line)}
        rest = _MARKDOWN.sub(" ", line)
        bare = [_trimmed(match[0]) for match in _ADDRESS.finditer(rest)]
        words = " ".join(_ADDRESS.sub(" ", rest).split()).strip(_AROUND)
        for url, title in named.items():
            yield an_item(url, title=title, line=number)
        for url in bare:
            yield an_item(url, title=words if len(bare) == 1 and not named else "", line=number)


def _trimmed(url: str) -> str:
    """Give an address without what ends the sentence around it."""
    while url:
        last = url[-1]
        closes = (last == ")" and url.count("(") < url.count(")")) or (last == "]" and "[" not in url)
        if last not in _END and not closes:
            break
        url = url[:-1]
    return url
