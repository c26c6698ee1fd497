"""What the checks look at: one issue with all that is known of it, read in a few queries for many issues."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.db.models import QuerySet

from ..anatomy import Anatomy, anatomy
from ..canonical import canonical_url
from ..links.addresses import is_ours, request_url
from ..links.aliases import same_pages
from ..links.covered import Hint, published
from ..models import Issue, LinkLookup, Section


@dataclass(frozen=True)
class Text:
    """A Markdown text of the issue or of a section, with the form field that holds it."""

    obj: Issue | Section
    field: str
    source: str

    @property
    def anatomy(self) -> Anatomy:
        return anatomy(self.source)


@dataclass(frozen=True)
class PlacedLink:
    """A link with the place where it stands: in a text, or among the sources of a section."""

    url: str
    obj: Issue | Section
    field: str
    line: int | None = None

    @cached_property
    def canonical(self) -> str:
        return canonical_url(self.url)

    @cached_property
    def asked_as(self) -> str:
        """The form under which it is looked up; empty for a link that does not lead to the web."""
        return request_url(self.url)

    @property
    def is_source(self) -> bool:
        return self.field.startswith("sources-")


@dataclass
class Dossier:
    """One issue, its sections in reading order, and what other issues and the web say of it."""

    issue: Issue
    sections: list[Section]
    former_subjects: dict[int, str]
    covered: dict[str, list[Hint]]
    pages: dict[str, set[str]]
    lookups: dict[str, LinkLookup]

    @cached_property
    def texts(self) -> list[Text]:
        return _texts(self.issue, self.sections)

    @cached_property
    def links(self) -> list[PlacedLink]:
        return _links(self.issue, self.sections)


def dossiers(issues: Iterable[Issue]) -> Iterator[Dossier]:
    """Read the dossiers of some issues, in as many queries for a hundred as for one."""
    issues = list(issues)
    sections: dict[int, list[Section]] = defaultdict(list)
    for section in _sections_of(issues):
        sections[section.issue_id or 0].append(section)
    links = [link for issue in issues for link in _links(issue, sections[issue.pk])]
    pages = same_pages(link.canonical for link in links if link.asked_as)
    strangers = {link.canonical for link in links if link.asked_as and not is_ours(link.asked_as)}
    covered = published({key: pages[key] for key in strangers})
    lookups = _lookups({link.asked_as for link in links if link.asked_as})
    subjects = list(Issue.objects.exclude(subject="").values_list("number", "subject", "state"))
    for issue in issues:
        yield Dossier(
            issue,
            sections[issue.pk],
            former_subjects={
                number: subject
                for number, subject, state in subjects
                if number < issue.number or (state in Issue.OUT and number != issue.number)
            },
            # A past issue that is brought into the archive comes before what is in it already.
            covered={
                canonical: [place for place in places if place.number and place.number < issue.number]
                for canonical, places in covered.items()
            },
            pages=pages,
            lookups=lookups,
        )


def _sections_of(issues: list[Issue]) -> QuerySet[Section]:
    return (
        Section.objects.filter(issue__in=issues)
        .order_by("position", "pk")
        .select_related("rubric")
        .prefetch_related("bylines__author", "sources")
    )


def _lookups(urls: set[str]) -> dict[str, LinkLookup]:
    if not (urls and settings.VEILLE_CHECK_LINKS):
        return {}
    return {lookup.url: lookup for lookup in LinkLookup.objects.filter(url__in=urls)}


def _texts(issue: Issue, sections: list[Section]) -> list[Text]:
    return [
        Text(issue, "introduction", issue.introduction),
        *(Text(section, "body", section.body) for section in sections),
        Text(issue, "closing", issue.closing),
    ]


def _links(issue: Issue, sections: list[Section]) -> list[PlacedLink]:
    in_texts = [
        PlacedLink(link.url, text.obj, text.field, link.line)
        for text in _texts(issue, sections)
        for link in text.anatomy.links
    ]
    sources = [
        PlacedLink(source.url, section, f"sources-{number}-url")
        for section in sections
        for number, source in enumerate(section.sources.all())
        if source.url
    ]
    return in_texts + sources
