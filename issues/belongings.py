"""The rows that belong to a section beside its own: who signs it, and what it rests on. Set as a whole.

For functions that hold the section and have checked the right; they save the section after, so that its
version is written down with what belongs to it.
"""

from collections.abc import Iterable
from typing import NamedTuple

from authors.models import Author

from .models import Byline, Section, Source


class SourceLine(NamedTuple):
    """What readers see of a source."""

    title: str
    publisher: str
    url: str


def sources_of(section: Section) -> list[SourceLine]:
    """Give the sources in the order in which they are printed."""
    rows = section.sources.order_by("position", "pk").values_list("title", "publisher", "url")
    return [SourceLine(*row) for row in rows]


def set_byline(section: Section, authors: Iterable[Author]) -> None:
    """Have a section signed by these authors, in this order, each of them once."""
    section.bylines.all().delete()
    Byline.objects.bulk_create(
        Byline(section=section, author=author, position=position) for position, author in enumerate(authors)
    )


def set_sources(section: Section, sources: Iterable[SourceLine]) -> None:
    """Print these sources at the end of a section, in this order."""
    section.sources.all().delete()
    for position, source in enumerate(sources):
        # One by one: saving one works out the address that it is recognised by.
        Source.objects.create(section=section, position=position, **source._asdict())
