"""Carrying a subject on: which section of an earlier issue another one follows up.

It is said in the archive alone, when a page is made: neither the mail nor what was frozen holds it, so that
the earlier page can name the later one, and an approval does not fall by it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from .links.aliases import same_pages
from .links.homes import is_home
from .links.mentions import covered_before
from .models import Issue, Section
from .models.section import SectionQuerySet

PROPOSED = 3
# What two texts need in common to be proposed, where no source is.
SHARED_TAGS = 2
# Of these issues all sections can be chosen; of older ones those that are proposed.
RECENT_ISSUES = 12


def earlier(issue: Issue | None) -> SectionQuerySet:
    """What a section of this issue may follow up: published, of an issue with a lower number."""
    published = Section.objects.published()
    return published.filter(issue__number__lt=issue.number) if issue else published


def validate(follows: Section | None, *, of: Section | None, issue: Issue | None) -> None:
    """Raise ValidationError where a section (`of`, None: a new one) in `issue` cannot follow that one up."""
    if follows is None:
        return
    if of is not None and of.pk is not None and of.pk in _chain(follows):
        raise ValidationError(_("A section cannot follow itself up, by whatever way."), code="follows_itself")
    if not earlier(issue).filter(pk=follows.pk).exists():
        raise ValidationError(
            _("Choose a published section of an earlier issue to follow up."), code="follows_no_earlier"
        )


def _chain(section: Section) -> Iterator[int]:
    seen: set[int] = set()
    key: int | None = section.pk
    while key is not None and key not in seen:
        seen.add(key)
        yield key
        key = Section.objects.filter(pk=key).values_list("follows", flat=True).first()


@dataclass(frozen=True)
class Suggestion:
    """An earlier section that this one may well carry on, and what they have in common."""

    section: Section
    shared_sources: int
    shared_tags: int


def suggestions(section: Section) -> list[Suggestion]:
    """Give the earlier sections with the same sources or tags: most in common first, three at most.

    Two addresses of one page are one source. None where it follows one already.
    """
    if section.follows_id:
        return []
    sources = _sharing_pages(section)
    tags = _sharing_tags(section)
    wanted = {*sources, *(pk for pk, shared in tags.items() if shared >= SHARED_TAGS)}
    found = earlier(section.issue).filter(pk__in=wanted).exclude(pk=section.pk).select_related("issue")
    rated = [Suggestion(one, sources[one.pk], tags[one.pk]) for one in found if one.issue]
    rated.sort(
        key=lambda s: (-s.shared_sources, -s.shared_tags, -(s.section.issue.number if s.section.issue else 0))
    )
    return rated[:PROPOSED]


def _sharing_pages(section: Section) -> Counter[int]:
    canonicals = {
        *section.sources.exclude(canonical_url="").values_list("canonical_url", flat=True),
        *section.mentions.values_list("canonical_url", flat=True),
    }
    # Everybody links to home pages: they say nothing of a subject.
    known = same_pages(canonical for canonical in canonicals if not is_home(canonical))
    page_of = {key: canonical for canonical, keys in known.items() for key in keys}
    shared: dict[int, set[str]] = {}
    for canonical, places in covered_before(page_of).items():
        for place in places:
            if place.section_id:
                shared.setdefault(place.section_id, set()).add(page_of[canonical])
    return Counter({pk: len(found) for pk, found in shared.items()})


def _sharing_tags(section: Section) -> Counter[int]:
    tags = section.tagged_sections.values("tag")
    rows = (
        Section.objects.published()
        .filter(tagged_sections__tag__in=tags)
        .order_by()
        .values("pk")
        .annotate(shared=Count("tagged_sections__tag", distinct=True))
    )
    return Counter(dict(rows.values_list("pk", "shared")))


@dataclass
class Ends:
    """What a published section follows up, and what follows it up; each with its issue."""

    before: Section | None = None
    after: list[Section] = field(default_factory=list)


def ends_of(sections: Iterable[Section]) -> dict[int, Ends]:
    """Give both ends for those of these published sections that have one. One query, whatever their number.

    What is not published, or stands in no earlier issue any more, is left out.
    """
    keys = {section.pk for section in sections}
    pairs = (
        Section.objects.published()
        .filter(Q(pk__in=keys) | Q(follows__in=keys), follows__issue__state=Issue.State.PUBLISHED)
        .select_related("issue", "follows__issue")
        .order_by("issue__number", "position", "pk")
    )
    found: dict[int, Ends] = {}
    for later in pairs:
        first = later.follows
        if first is None or first.issue is None or later.issue is None:
            continue
        if first.issue.number < later.issue.number:
            if later.pk in keys:
                found.setdefault(later.pk, Ends()).before = first
            if first.pk in keys:
                found.setdefault(first.pk, Ends()).after.append(later)
    return found
