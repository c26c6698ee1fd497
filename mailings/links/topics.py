"""The topics of what was published, and which sections come first for a reader."""

from collections.abc import Collection

from django.db.models import Count, Q

from issues.archive import reading
from issues.models import Issue, Section, Tag

MOST = 40


def published_topics() -> list[tuple[str, str]]:
    """Give slug and name of the topics that published sections have, the most used first, forty at most."""
    out = Q(tagged_sections__content_object__issue__state=Issue.State.PUBLISHED)
    tags = Tag.objects.annotate(sections=Count("tagged_sections", filter=out)).filter(sections__gt=0)
    return list(tags.order_by("-sections", "folded").values_list("slug", "name")[:MOST])


def in_order_for(issue: Issue, topics: Collection[str]) -> tuple[list[Section], list[Section]]:
    """Give the sections of an issue that have one of a reader's topics, then the others, each in order."""
    sections = reading.with_bylines(issue.sections.defer("body").order_by("position", "pk"))
    first: list[Section] = []
    others: list[Section] = []
    for section in sections.prefetch_related("sources", "tags"):  # type: ignore[misc]
        has_one = any(tag.slug in topics for tag in section.tags.all())
        (first if has_one else others).append(section)
    return first, others
