"""What differs between two texts, word by word."""

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

import wcwidth
from diff_match_patch import diff_match_patch

# After so long the rest is given as it comes, removed and added whole: still true, only less fine.
SECONDS = 0.5
# Words are told apart by one character each; these are no characters.
_SURROGATES = range(0xD800, 0xE000)


class Kind(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


class Piece(NamedTuple):
    kind: Kind
    text: str


_KINDS = {0: Kind.SAME, -1: Kind.REMOVED, 1: Kind.ADDED}


def differences(old: str, new: str) -> list[Piece]:
    """Give the pieces of both texts in reading order.

    The old text is those that are the same or removed, the new one those that are the same or added. Words
    and emoji sequences stay whole. Takes a second at the most, whatever the texts.
    """
    words: dict[str, str] = {}
    before, after = (
        "".join(words.setdefault(word, _letter(len(words))) for word in words_of(text)) for text in (old, new)
    )
    of_letter = {letter: word for word, letter in words.items()}
    engine = diff_match_patch()
    engine.Diff_Timeout = SECONDS
    found = engine.diff_main(before, after, checklines=False)
    engine.diff_cleanupSemantic(found)
    return [Piece(_KINDS[sign], "".join(map(of_letter.__getitem__, letters))) for sign, letters in found]


def words_of(text: str) -> Iterator[str]:
    """Cut a text into words, spaces, and single signs, each made of whole characters as people see them."""
    for kind, graphemes in groupby(wcwidth.iter_graphemes(text), key=_kind_of):
        if kind == "sign":
            yield from graphemes
        else:
            yield "".join(graphemes)


def count_words(old: str, new: str) -> tuple[int, int]:
    """Give how many words were added and how many removed, wherever they stand."""
    before, after = (
        Counter(word for word in words_of(text) if _kind_of(word) == "word") for text in (old, new)
    )
    return (after - before).total(), (before - after).total()


def _kind_of(grapheme: str) -> str:
    first = grapheme[0]
    if first == "\n":
        # Of lines and paragraphs each ends by itself, so that what follows is not taken for changed.
        return "sign"
    if first.isspace():
        return "space"
    return "word" if first.isalnum() else "sign"


def _letter(number: int) -> str:
    """Give the character that stands for a word."""
    return chr(number if number < _SURROGATES.start else number + len(_SURROGATES))
