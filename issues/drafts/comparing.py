"""Two versions of one part, side by side, with the words that only one of them has."""

from __future__ import annotations

from dataclasses import dataclass

from ..history.differences import Kind, differences
from .reading import Difference


@dataclass(frozen=True)
class Piece:
    """Some words; `own` where the other version does not have them."""

    text: str
    own: bool


@dataclass(frozen=True)
class Comparison:
    """One part of a text, as it is saved and as it was typed."""

    name: str
    label: str
    saved: list[Piece]
    typed: list[Piece]


def compared(difference: Difference) -> Comparison:
    """Mark what each side has alone."""
    pieces = differences(difference.saved, difference.typed)
    saved, typed = (
        [Piece(text, kind is own) for kind, text in pieces if kind in (Kind.SAME, own)]
        for own in (Kind.REMOVED, Kind.ADDED)
    )
    return Comparison(difference.name, difference.label, saved, typed)
