"""What search knows of a published section."""

from django.db import models

from .section import Section


class SearchEntry(models.Model):
    """The words of a published section, as stems (see `issues.search.words`), and its text for excerpts.

    Beside it the database keeps what finds them: a generated `tsvector` with a GIN index on PostgreSQL, an
    FTS5 table on SQLite (both made by the migration).
    """

    section = models.OneToOneField(
        Section, on_delete=models.CASCADE, primary_key=True, related_name="search_entry"
    )
    text = models.TextField()
    title_stems = models.TextField()
    text_stems = models.TextField()

    def __str__(self) -> str:
        return str(self.section_id)
