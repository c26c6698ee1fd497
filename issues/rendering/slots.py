"""Slots: the places of a frozen rendering where recipients differ.

A slot is written with two private-use characters, which the Markdown renderer takes out of
everything people write, so that no text can name one.
"""

import re
from collections.abc import Mapping

OPEN, CLOSE = "\ue000", "\ue001"
PATTERN = re.compile(f"{OPEN}([a-z_]+){CLOSE}")

GREETING = "greeting"
UNSUBSCRIBE_URL = "unsubscribe_url"
PREFERENCES_URL = "preferences_url"
# Where a reader answers: the key of a section and a slash follow it.
ANSWERS_URL = "answers_url"
# Where a reader finds the links of an issue: its number and a slash follow it.
LINKS_URL = "links_url"


def slot(name: str) -> str:
    """Give the mark to write into a template where the recipient's value goes."""
    return f"{OPEN}{name}{CLOSE}"


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values in; they must be escaped for the text they go into. Raises KeyError."""
    return PATTERN.sub(lambda match: values[match[1]], text)
