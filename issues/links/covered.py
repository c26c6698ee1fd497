"""Covered before: where a page was written of, for the person who is about to write of it again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ..canonical import canonical_url
from ..models import Issue, Mention, Section, Source
from ..models.issue import IssueQuerySet
from ..models.link import LONGEST_URL
from ..permissions import visible_sections
from .addresses import is_ours, request_url
from .aliases import same_pages
from .homes import is_home


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
    found = _places(set(keys.values()), sections, issues)
    return {url: found[key] for url, key in keys.items() if key in found}


def published(canonicals: Iterable[str]) -> dict[str, list[Hint]]:
    """Give where readers saw each of these pages, by canonical address; the latest first."""
    return _places(
        {key for key in canonicals if not is_home(key)},
        Section.objects.published(),
        Issue.objects.filter(state=Issue.State.PUBLISHED),
    )


def _key(url: str) -> str:
    if not request_url(url) or is_ours(url):
        return ""
    key = canonical_url(url)
    return "" if len(key) > LONGEST_URL or is_home(key) else key


def _places(
    canonicals: set[str], sections: QuerySet[Section], issues: IssueQuerySet
) -> dict[str, list[Hint]]:
    if not canonicals:
        return {}
    pages = same_pages(canonicals)
    wanted = set().union(*pages.values())
    rows: list[tuple[str, int | None, int | None]] = [
        *Source.objects.filter(canonical_url__in=wanted, section__in=sections).values_list(
            "canonical_url", "section_id", "section__issue_id"
        ),
        *Mention.objects.filter(canonical_url__in=wanted)
        .filter(Q(section__in=sections) | Q(issue__in=issues))
        .values_list("canonical_url", "section_id", "issue_id"),
    ]
    in_sections = _hints_of_sections({section for _key, section, _issue in rows if section})
    in_issues = _hints_of_issues({issue for _key, section, issue in rows if issue and not section})
    by_key: dict[str, set[Hint]] = defaultdict(set)
    for key, section, issue in rows:
        by_key[key].add(in_sections[section] if section else in_issues[issue or 0])
    found = {
        page: set().union(*(by_key[key] for key in keys if key in by_key)) for page, keys in pages.items()
    }
    return {page: sorted(places, key=_latest_first) for page, places in found.items() if places}


def _latest_first(hint: Hint) -> tuple[float, str, str]:
    return (-hint.number if hint.number is not None else float("-inf"), hint.section_title, hint.url)


def _hints_of_sections(keys: set[int]) -> dict[int, Hint]:
    if not keys:
        return {}
    sections = Section.objects.filter(pk__in=keys).select_related("issue")
    return {
        section.pk: Hint(
            number=section.issue.number if section.issue else None,
            section_title=section.title,
            authors=tuple(author.name for author in section.byline()),
            url=_address(section.issue, section),
            is_published=bool(section.issue and section.issue.state == Issue.State.PUBLISHED),
            state=_state(section.issue),
        )
        for section in sections.prefetch_related("bylines__author")
    }


def _hints_of_issues(keys: set[int]) -> dict[int, Hint]:
    if not keys:
        return {}
    return {
        issue.pk: Hint(
            number=issue.number,
            section_title="",
            authors=(),
            url=_address(issue, None),
            is_published=issue.state == Issue.State.PUBLISHED,
            state=_state(issue),
        )
        for issue in Issue.objects.filter(pk__in=keys)
    }


def _address(issue: Issue | None, section: Section | None) -> str:
    if issue and issue.state == Issue.State.PUBLISHED:
        page = reverse("archive:issue", args=[issue.number])
        return f"{page}#{section.anchor}" if section else page
    thing: Any = section or issue
    return reverse(f"admin:issues_{thing._meta.model_name}_change", args=[thing.pk])


def _state(issue: Issue | None) -> str:
    """How far it is, in words; empty for what is published."""
    if issue is None:
        return _("without an issue")
    if issue.state == Issue.State.PUBLISHED:
        return ""
    return _("withdrawn") if issue.state == Issue.State.WITHDRAWN else _("in the making")
