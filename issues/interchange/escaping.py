"""Plain text as Markdown that shows the same text, with as few backslashes as that takes."""

import re

# What a backslash may not be put into: the address is then written as an autolink.
_BRACKETS = r"\([^\s<>()]*\)"
URL = re.compile(rf"https?://(?:[^\s<>«»“”\"()]|{_BRACKETS})*(?:[^\s<>«»“”\"().,;:!?…\]'’]|{_BRACKETS})")

_SPECIAL = re.compile(
    r"""
    \\(?=[!-/:-@\[-`{-~]|$)        # before punctuation, or at the end of the line
    | [*`]
    | (?<![^\W_])_ | _(?![^\W_])   # not inside a word
    | <(?=[A-Za-z/!?])
    | &(?=\#?\w+;)
    | \[(?=\^) | \^(?=\[)          # a footnote
    | \](?=[\[(:])                 # a link, or what one refers to
    | ~(?=~) | (?<=~)~
    """,
    re.VERBOSE,
)
_URL_OR_SPECIAL = re.compile(rf"(?P<url>{URL.pattern})|{_SPECIAL.pattern}", re.VERBOSE)
_BLOCK_START = re.compile(r"(?=\#{1,6}(?:\s|$)|>|-(?:[\s-]|$)|\+(?:\s|$))|(?<=\d)(?=[.)](?:\s|$))")
_NUMBER = re.compile(r"\d{1,9}(?=[.)](?:\s|$))")


def escape(text: str) -> str:
    """Escape one line of plain text that stands as a paragraph, a list item or a quotation."""
    text = _URL_OR_SPECIAL.sub(_escaped, text.strip())
    number = _NUMBER.match(text)
    start = _BLOCK_START.match(text, number.end() if number else 0)
    return f"{text[: start.start()]}\\{text[start.start() :]}" if start else text


def escape_heading(text: str) -> str:
    """Escape one line that stands as a heading, where final # signs would be dropped."""
    return re.sub(r"(^|\s)(#+)$", r"\1\\\2", escape(text))


def _escaped(match: re.Match[str]) -> str:
    url = match["url"]
    if url is None:
        return "\\" + match[0]
    return f"<{url}>" if _SPECIAL.search(url) else url
