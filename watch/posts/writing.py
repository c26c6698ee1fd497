"""Writing a post: the issue, its sections with who signs them, its address; cut where a section ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wcwidth import iter_graphemes

from issues.models import Issue
from issues.rendering.issue import plain
from issues.rendering.typography import french

from .networks import NETWORKS, Network


@dataclass(frozen=True)
class Post:
    """A text for one network; `count` is its length as that network counts."""

    network: Network
    text: str

    @property
    def count(self) -> int:
        return self.network.count(self.text)


@dataclass(frozen=True)
class _Line:
    title: str
    names: tuple[str, ...]

    def __str__(self) -> str:
        if not self.names:
            return f"• {self.title}"
        return "• " + _("%(title)s, by %(names)s") % {"title": self.title, "names": listed(self.names)}


def posts_for(issue: Issue) -> list[Post]:
    """Write a post for each network, in the newsletter's language."""
    with translation.override(settings.NEWSLETTER["language"]):
        lines = [
            _Line(plain(section.title), tuple(author.name for author in section.byline()))
            for section in issue.ordered_sections()
        ]
        return [Post(network, _written(issue, lines, network)) for network in NETWORKS]


def listed(names: Iterable[str]) -> str:
    """Give names as people say them: “A, B and C”."""
    return get_text_list(list(names), _("and"))


def cut(text: str, fits: Network, room: int) -> str:
    """Cut a text to what `room` holds, as its network counts, between two graphemes."""
    kept = ""
    for grapheme in iter_graphemes(text):
        if fits.count(f"{kept}{grapheme}…") > room:
            return f"{kept.rstrip()}…"
        kept += grapheme
    return kept


def _written(issue: Issue, lines: list[_Line], network: Network) -> str:
    url = settings.SITE_URL + issue.get_absolute_url()
    head = french(
        _("%(newsletter)s, No. %(number)s: “%(title)s”")
        % {
            "newsletter": settings.NEWSLETTER["name"],
            "number": issue.number,
            "title": plain(issue.title),
        }
    )
    for body in _bodies(lines):
        text = "\n\n".join(filter(None, [head, body, url]))
        if network.fits(text):
            return text
    room = network.limit - network.count(f"\n\n{url}")
    return f"{cut(head, network, room)}\n\n{url}"


def _bodies(lines: list[_Line]) -> Iterator[str]:
    """Give the sections in ever fewer words: all, then some and who wrote the rest, then some alone."""
    for with_names in (True, False):
        for shown in range(len(lines), -1, -1):
            named = {name for line in lines[:shown] for name in line.names}
            others = dict.fromkeys(name for line in lines[shown:] for name in line.names if name not in named)
            rest = _rest(len(lines) - shown, shown > 0, tuple(others) if with_names else ())
            yield "\n".join([*map(str, lines[:shown]), *filter(None, [rest])])


def _rest(count: int, follows: bool, names: tuple[str, ...]) -> str:
    if not count:
        return ""
    if follows:
        words = ngettext("… and %(count)d more text", "… and %(count)d more texts", count)
    else:
        words = ngettext("%(count)d text", "%(count)d texts", count)
    words %= {"count": count}
    return _("%(texts)s, by %(names)s") % {"texts": words, "names": listed(names)} if names else words
