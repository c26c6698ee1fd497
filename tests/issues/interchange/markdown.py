"""What a reader sees of Markdown, to compare it with the text it was made of."""

import re
from collections import Counter

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

_markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"]).use(footnote_plugin)


def tokens(text: str) -> list[Token]:
    return _markdown.parse(text)


def shown(text: str) -> str:
    """The text that is seen, a line for each paragraph, heading or item."""
    return "\n".join(
        "".join(child.content for child in token.children or [])
        for token in tokens(text)
        if token.type == "inline"
    )


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def count(text: str) -> Counter[str]:
    """How many blocks of each kind the text holds: heading, bullet_list, list_item, blockquote…"""
    return Counter(token.type.removesuffix("_open") for token in tokens(text) if token.nesting == 1)
