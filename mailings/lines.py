"""Lines short enough for the wire (RFC 5322, 2.1.1), where a text goes out in 8 bits."""

import re

from issues.rendering.slots import GREETING, PATTERN

# Without the line's end.
MAX_BYTES = 998
# Where a line has a space after so much, it ends there.
_WANTED_BYTES = 200
# A name of 120 letters may need six octets for each, escaped; a link is as long as our site's name.
_SLOT_BYTES = {GREETING: 120 * 6 + 20}
_LINK_BYTES = 200

# What a line end would change: preformatted text. What it might: the inside of tags.
_KEPT = re.compile(r"(<pre\b.*?</pre\s*>|<[^<>]*>)", re.DOTALL | re.IGNORECASE)


def fit(text: str) -> bool:
    """Whether each line of a text stays short enough, whatever is filled into its slots."""
    return all(_octets(line) <= MAX_BYTES for line in text.split("\n"))


def broken_at_spaces(html: str) -> str:
    """Break long lines of an HTML text at spaces between words; readers see the same.

    A line without such a space stays as long as it was.
    """
    written, length = [], 0
    for index, piece in enumerate(_KEPT.split(html)):
        words = [piece] if index % 2 else re.split("( )", piece)
        for word in words:
            if word == " " and length > _WANTED_BYTES:
                word = "\n"
            written.append(word)
            _before, end, last = word.rpartition("\n")
            length = _octets(last) if end else length + _octets(last)
    return "".join(written)


def _octets(text: str) -> int:
    slots = sum(_SLOT_BYTES.get(name, _LINK_BYTES) for name in PATTERN.findall(text))
    return slots + len(PATTERN.sub("", text).encode())
