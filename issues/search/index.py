"""Keeping the index true: written in the transaction that publishes, corrects or withdraws."""

from collections.abc import Iterable

from django.db import connection, transaction

from ..models import Issue, SearchEntry, Section
from ..rendering.text import text_of_markdown
from .words import stems

# Made by migration 0009; not a model of Django's.
FTS = "issues_search_fts"


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
            _forget_row(section.pk)
            with connection.cursor() as cursor:
                cursor.execute(
                    f"INSERT INTO {FTS} (rowid, title, text) VALUES (%s, %s, %s)",  # noqa: S608
                    [section.pk, title_stems, text_stems],
                )
        count += 1
    return count


@transaction.atomic
def forget(issue: Issue) -> None:
    """Let the words of an issue that is no longer to be read go."""
    keys = list(issue.sections.values_list("pk", flat=True))
    SearchEntry.objects.filter(section__in=keys).delete()
    if connection.vendor == "sqlite":
        for key in keys:
            _forget_row(key)


def reindex() -> int:
    """Note the words of everything published anew; give how many sections. What is not published goes."""
    SearchEntry.objects.exclude(section__issue__state=Issue.State.PUBLISHED).delete()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {FTS}")  # noqa: S608
    published = Section.objects.published().prefetch_related("bylines__author", "sources", "tags")  # type: ignore[misc]
    return index(published.iterator(chunk_size=200))


def _forget_row(key: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {FTS} WHERE rowid = %s", [key])  # noqa: S608
