"""Covered before: where a page was written of, for the person who is about to write of it again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from ..canonical import canonical_url
from ..models import Byline, Issue, Mention, Section, Source
from ..models.link import LONGEST_URL
from ..permissions import visible_sections
from .addresses import is_ours, request_url
from .aliases import same_pages
from .homes import is_home

_OF_A_SECTION = ("canonical_url", "section_id", "section__title")


@dataclass(frozen=True)
class Hint:
    """Where a page was written of.

    Without a number the section waits for an issue; without a title of a section the link stands in the
    words around them. `url` leads to the page that readers know, or to the desk as long as there is none.
    """

    number: int | None
    section_title: str
    authors: tuple[str, ...]
    url: str
    is_published: bool
    state: str = ""

    def __str__(self) -> str:
        """The place in words: n° 12, « title », par Y."""
        title = _("“%(title)s”") % {"title": self.section_title} if self.section_title else ""
        number = _("No. %(number)d") % {"number": self.number} if self.number is not None else ""
        by = _("by %(authors)s") % {"authors": ", ".join(self.authors)} if self.authors else ""
        beside = _("beside its sections") if not title else ""
        return ", ".join(filter(None, (number, title, by, beside)))


def hints(urls: Iterable[str], *, user: Any, beside: Section | Issue | None = None) -> dict[str, list[Hint]]:
    """Give where each of these pages was written of, as far as this person may know; the latest first.

    By published issues all who may see sections, by others only those who may see that section. What stands
    in `beside`, the text being written, is left out, and so are addresses without a hint. Home pages give
    none. A constant number of queries.
    """
    if not user.has_perm("issues.view_section"):
        return {}
    keys = {url: key for url in urls if (key := _key(url))}
    is_out = Q(issue__state=Issue.State.PUBLISHED)
    sections = Section.objects.filter(is_out | Q(pk__in=visible_sections(user).order_by().values("pk")))
    issues = Issue.objects.all()
    if not user.has_perm("issues.view_issue"):
        issues = issues.filter(state=Issue.State.PUBLISHED)
    if isinstance(beside, Section):
        sections = sections.exclude(pk=beside.pk)
    elif beside:
        issues = issues.exclude(pk=beside.pk)
    found = _places(same_pages(keys.values()), sections, issues) if keys else {}
    return {url: found[key] for url, key in keys.items() if key in found}


def published(pages: Mapping[str, Iterable[str]]) -> dict[str, list[Hint]]:
    """Give where readers saw each of these pages, by key, as `same_pages` gives them; the latest first."""
    return _places(
        {key: keys for key, keys in pages.items() if not is_home(key)},
        Section.objects.published(),
        Issue.objects.filter(state=Issue.State.PUBLISHED),
    )


def _key(url: str) -> str:
    if not request_url(url) or is_ours(url):
        return ""
    key = canonical_url(url)
    # What is no address comes back as it is, with what no database takes (NUL).
    return "" if len(key) > LONGEST_URL or not key.isprintable() or is_home(key) else key


def _places(
    pages: Mapping[str, Iterable[str]], sections: QuerySet[Section], issues: QuerySet[Issue]
) -> dict[str, list[Hint]]:
    wanted = set().union(*pages.values())
    issue_of = {
        name: Coalesce(f"section__issue__{name}", f"issue__{name}") for name in ("pk", "number", "state")
    }
    in_texts = Mention.objects.filter(canonical_url__in=wanted).filter(
        Q(section__in=sections) | Q(issue__in=issues)
    )
    at_the_end = Source.objects.filter(canonical_url__in=wanted, section__in=sections).order_by()
    rows = list(
        in_texts.values_list(*_OF_A_SECTION, *issue_of.values()).union(
            at_the_end.values_list(*_OF_A_SECTION, *(f"section__issue__{name}" for name in issue_of))
        )
    )
    names = _names({section for _key, section, *_rest in rows if section})
    by_key: dict[str, set[Hint]] = defaultdict(set)
    for key, section, title, issue, number, state in rows:
        by_key[key].add(
            Hint(
                number=number,
                section_title=title or "",
                authors=names.get(section, ()),
                url=_address(section, issue, number, state),
                is_published=state == Issue.State.PUBLISHED,
                state=_state(state),
            )
        )
    found = {page: set().union(*(by_key.get(key, ()) for key in keys)) for page, keys in pages.items()}
    return {page: sorted(hints, key=_latest_first) for page, hints in found.items() if hints}


def _latest_first(hint: Hint) -> tuple[float, str, str]:
    return (-hint.number if hint.number is not None else float("-inf"), hint.section_title, hint.url)


def _names(sections: set[int]) -> dict[int, tuple[str, ...]]:
    names: dict[int, tuple[str, ...]] = defaultdict(tuple)
    signed = Byline.objects.filter(section__in=sections).order_by("position", "pk")
    for section, name in signed.values_list("section_id", "author__name"):
        names[section] += (name,)
    return names


def _address(section: int | None, issue: int | None, number: int | None, state: str | None) -> str:
    if state == Issue.State.PUBLISHED:
        page = reverse("archive:issue", args=[number])
        return f"{page}#{Section(pk=section).anchor}" if section else page
    if section:
        return reverse("admin:issues_section_change", args=[section])
    return reverse("admin:issues_issue_change", args=[issue])


def _state(state: str | None) -> str:
    """How far it is, in words; empty for what is published."""
    if state is None:
        return _("without an issue")
    if state == Issue.State.PUBLISHED:
        return ""
    return _("withdrawn") if state == Issue.State.WITHDRAWN else _("in the making")
