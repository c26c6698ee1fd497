"""The line under a title that says who signs: « Par Prénom Nom et Prénom Nom »."""

import re

_BYLINE = re.compile(r"(?:par|by)\s*:?(?:\s+(?P<names>.+))?", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(r"\s*,\s*(?:et|and)\s+|\s*[,&]\s*|\s+(?:et|and)\s+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_][\w.'’‑-]*")
_MAX_WORDS = 6
_MAX_CHARACTERS = 120


def read_byline(line: str) -> list[str] | None:
    """Give the names in order, none for « Par » alone, and None for what is not a byline.

    « Par ailleurs, le modèle… » is not one: each name begins with a capital letter and has few words.
    """
    match = _BYLINE.fullmatch(line.strip())
    if not match:
        return None
    if not match["names"]:
        return []
    names = [" ".join(name.split()) for name in _BETWEEN_NAMES.split(match["names"])]
    return names if all(map(_is_name, names)) else None


def _is_name(name: str) -> bool:
    words = name.split(" ")
    return (
        0 < len(name) <= _MAX_CHARACTERS
        and len(words) <= _MAX_WORDS
        and not name[0].islower()
        and all(_WORD.fullmatch(word) for word in words)
    )
