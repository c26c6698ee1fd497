"""French typography: spaces that must not break, and the apostrophe. For text, never for code or URLs."""

import re

NARROW = "\u202f"
NO_BREAK = "\u00a0"

# Only a space that somebody typed is widened: none is added, so `10:30` and `C++;` stay as they are.
# A run of spaces is tried from its first one alone, else a long run would take quadratic time.
_RULES = (
    (re.compile(r"(?<![ \u00a0\u202f])[ \u00a0\u202f]++([;!?»])"), NARROW + r"\1"),
    (re.compile(r"«[ \u00a0\u202f]+"), "«" + NARROW),
    (re.compile(r"(?<![ \u00a0\u202f])[ \u00a0\u202f]++:(?=\s|$)"), NO_BREAK + ":"),
    # Groups of three digits: 1 200, 12 000 000; not a year before a number.
    (
        re.compile(r"(?<![\d,.])\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?![\d])"),
        lambda match: re.sub(r"[ \u00a0]", NARROW, match[0]),
    ),
    (re.compile(r"(?<=\d)[ \u00a0\u202f]+(?=[%‰€$£])"), NARROW),
    (re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])"), "’"),
    # An elided word before a quotation or a figure, or at the end of a text that goes on in bold.
    (re.compile(r"\b((?:[cdjlmnst]|(?:jus|lors|puis|quoi)?qu))'(?=[«“\d]|$)", re.IGNORECASE), r"\1’"),
)


def french(text: str) -> str:
    """Give the text with its French spaces and apostrophes. Applying it twice changes nothing more."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text
