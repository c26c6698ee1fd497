"""What is taken out of every text before it is rendered."""

import re

from .slots import CLOSE, OPEN

# Control characters, lone surrogates, the marks of our slots, and the overrides of direction that
# make a text read otherwise than it is (U+202A to U+202E, U+2066 to U+2069).
_UNWANTED = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069{OPEN}{CLOSE}]")

_WHITESPACE = re.compile(r"[^\S\u00a0\u202f]+")


def clean_text(text: str) -> str:
    """Give the text without the characters that no reader should get. Line ends become one character."""
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def clean_line(text: str) -> str:
    """Give the text clean and on one line. Spaces that must not break stay."""
    return _WHITESPACE.sub(" ", clean_text(text)).strip(" ")
