"""How long a post may be, and how each network counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from wcwidth import iter_graphemes

_URL = re.compile(r"https?://\S+")
_MENTION = re.compile(r"(@\w+)@[\w.-]+\w")
_MASTODON_URL = "x" * 23


def graphemes(text: str) -> int:
    """Count what people see as one character (Unicode UAX #29, extended grapheme clusters)."""
    return sum(1 for _grapheme in iter_graphemes(text))


def utf16_units(text: str) -> int:
    """Count as a browser's script does: two for what lies beyond the first plane, as most emoji do."""
    return len(text.encode("utf-16-le")) // 2


def as_mastodon_counts(text: str) -> int:
    """Count graphemes, an address as 23 and a mention without its server.

    https://docs.joinmastodon.org/user/posting/ and `StatusLengthValidator` of the server (`MAX_CHARS`,
    `URL_PLACEHOLDER_CHARS`). A server may allow more than 500 (`configuration.statuses` of its API).
    """
    return graphemes(_MENTION.sub(r"\1", _URL.sub(_MASTODON_URL, text)))


@dataclass(frozen=True)
class Network:
    """Where a post goes; `max_bytes` are of UTF-8, 0 for no such limit."""

    slug: str
    name: str
    limit: int
    count: Callable[[str], int]
    max_bytes: int = 0

    def fits(self, text: str) -> bool:
        return self.count(text) <= self.limit and (not self.max_bytes or len(text.encode()) <= self.max_bytes)


NETWORKS = (
    # "The character limit for posts is 3,000 characters": https://www.linkedin.com/help/linkedin/answer/a528176.
    # It does not say what a character is; UTF-16 units are the most that it can be.
    Network("linkedin", "LinkedIn", 3000, utf16_units),
    Network("mastodon", "Mastodon", 500, as_mastodon_counts),
    # `maxGraphemes` and `maxLength` (bytes of UTF-8) in the lexicon app.bsky.feed.post,
    # https://docs.bsky.app/docs/advanced-guides/posts. An address counts as it is written.
    Network("bluesky", "Bluesky", 300, graphemes, max_bytes=3000),
)
