"""Brackets within brackets, as deep as people write them."""

from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, image, link
from mdit_py_plugins.footnote.index import footnote_inline

# Each bracket is tried as the beginning of a link with all that follow in it, down to this depth: a text of
# nothing but brackets takes as many times longer. A picture with a note in a link is three deep.
DEEPEST = 5

_Rule = Callable[[StateInline, bool], bool]


def bound_brackets(parser: MarkdownIt) -> None:
    """Look no deeper into brackets that may be those of links, pictures and footnotes."""
    for name, opening, rule in (
        ("link", "[", link),
        ("image", "![", image),
        ("footnote_inline", "^[", footnote_inline),
    ):
        parser.inline.ruler.at(name, _bounded(rule, opening))


def _bounded(rule: _Rule, opening: str) -> _Rule:
    def bounded(state: StateInline, silent: bool) -> bool:
        if silent and state.level > DEEPEST and state.src.startswith(opening, state.pos):
            # As the parser does itself at its own limit, which is that of quotes and lists too.
            state.pos = state.posMax
            return True
        return rule(state, silent)

    return bounded
