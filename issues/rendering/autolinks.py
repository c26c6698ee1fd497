"""Which bare addresses become links: those that GFM takes, in texts of a length that people write."""

from linkify_it import LinkifyIt
from linkify_it.main import Match
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.linkify import linkify

# Finding addresses takes quadratic time in hostile texts; no honest paragraph has as many characters.
LONGEST_PARAGRAPH = 10_000


def use_autolinks(parser: MarkdownIt) -> None:
    """Make links of bare addresses with a scheme of the web, `www.` or an @; so not of `README.md`.

    (GFM, 6.9, Autolinks.)
    """
    parser.linkify = _Autolinks()
    parser.enable("linkify")
    parser.inline.ruler.at("linkify", _linkify_short)


class _Autolinks(LinkifyIt):
    def pretest(self, text: str) -> bool:
        return len(text) <= LONGEST_PARAGRAPH and bool(super().pretest(text))

    def match(self, text: str) -> list[Match] | None:
        return [link for link in super().match(text) or [] if _is_address(link)] or None

    def match_at_start(self, text: str) -> Match | None:
        link = super().match_at_start(text)
        return link if link and _is_address(link) else None


def _is_address(link: Match) -> bool:
    return link.schema in {"http:", "https:", "mailto:"} or link.raw.lower().startswith("www.")


def _linkify_short(state: StateInline, silent: bool) -> bool:
    return len(state.src) <= LONGEST_PARAGRAPH and linkify(state, silent)
