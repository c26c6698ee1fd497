"""What differs between two texts, word by word."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from enum import StrEnum
from itertools import groupby
from typing import Any, NamedTuple

import wcwidth
from diff_match_patch import diff_match_patch

# After so long the rest is given as it comes, removed and added whole: still true, only less fine.
SECONDS = 0.5
# Words are told apart by one character each; these are no characters.
_SURROGATES = range(0xD800, 0xE000)
# Where a line can be cut without cutting a word, or a character as people see it (UAX 29): behind a space,
# before a letter of Latin-1, which joins nothing that stands before it.
_CHUNK_ENDS = re.compile(r"(?<= )(?=[0-9A-Za-zÀ-ÿ])")


class Kind(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


class Piece(NamedTuple):
    kind: Kind
    text: str


_KINDS = {0: Kind.SAME, -1: Kind.REMOVED, 1: Kind.ADDED}


class _Engine(diff_match_patch):
    """Does not look for half a text in the other where one is the same over and over.

    A quarter of it is tried at each place where it is found; of a text that repeats itself that is
    everywhere, and the search has no time limit.
    """

    def diff_halfMatch(self, text1: str, text2: str) -> Any:
        shorter, longer = sorted((text1, text2), key=len)
        quarter = len(longer) // 4
        for start in ((len(longer) + 3) // 4, (len(longer) + 1) // 2):
            seed = longer[start : start + quarter]
            found = shorter.find(seed)
            if seed and found >= 0 and shorter.find(seed, found + 1, found + 2 * quarter) >= 0:
                return None
        return super().diff_halfMatch(text1, text2)


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
    engine = _Engine()
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
    """Give how many words were added and how many removed, wherever they stand.

    What both texts hold is left out before words are looked for, first by lines, then by chunks: finding
    words takes by far the longest, and two versions of a text have most of it in common.
    """
    before, after = Counter(old.split("\n")), Counter(new.split("\n"))
    before, after = _without_common(before, after, _CHUNK_ENDS.split)
    before, after = _without_common(before, after, _words_in)
    return after.total(), before.total()


def _without_common(
    before: Counter[str], after: Counter[str], cut: Callable[[str], list[str]]
) -> tuple[Counter[str], Counter[str]]:
    """Cut what only one of them holds into smaller parts, and give the parts that only one holds."""
    parts: list[Counter[str]] = []
    for pieces in (before - after, after - before):
        counted: Counter[str] = Counter()
        for piece, times in pieces.items():
            for part in cut(piece):
                counted[part] += times
        parts.append(counted)
    return parts[0] - parts[1], parts[1] - parts[0]


def _words_in(text: str) -> list[str]:
    return [word for word in words_of(text) if _kind_of(word) == "word"]


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
