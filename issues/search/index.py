"""Keeping the index true: written when an issue is published and when a section is corrected."""

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction

from ..models import Issue, SearchEntry, Section
from ..rendering.text import text_of_markdown
from .words import stems

# Made by migration 0009; not a model of Django's.
FTS = "issues_search_fts"


def index_issue(sender: Any, issue: Issue, **kwargs: Any) -> None:
    """Note the words of an issue that is being published, in the transaction that publishes it."""
    index(issue.sections.all())


@transaction.atomic
def index(sections: Iterable[Section]) -> int:
    """Note the words of published sections anew; give how many."""
    count = 0
    for section in sections:
        text = " ".join(text_of_markdown(section.body).split())
        sources = " ".join(f"{source.title} {source.publisher}" for source in section.sources.all())
        names = " ".join(author.name for author in section.byline())
        topics = " ".join(tag.name for tag in section.tags.all())
        title_stems = " ".join(stems(f"{section.title} {names} {topics}"))
        text_stems = " ".join(stems(f"{text} {sources}"))
        SearchEntry.objects.update_or_create(
            section=section,
            defaults={"text": text, "title_stems": title_stems, "text_stems": text_stems},
        )
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {FTS} WHERE rowid = %s", [section.pk])  # noqa: S608
                cursor.execute(
                    f"INSERT INTO {FTS} (rowid, title, text) VALUES (%s, %s, %s)",  # noqa: S608
                    [section.pk, title_stems, text_stems],
                )
        count += 1
    return count


def reindex() -> int:
    """Note the words of everything published anew; give how many sections. What is not published goes."""
    SearchEntry.objects.exclude(section__issue__state=Issue.State.PUBLISHED).delete()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {FTS}")  # noqa: S608
    published = Section.objects.published().prefetch_related("bylines__author", "sources", "tags")  # type: ignore[misc]
    return index(published.iterator(chunk_size=200))
