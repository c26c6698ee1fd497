"""The words of the newsroom: issue, section, rubric, source, tag, review, rendition."""

from .issue import Issue
from .rendition import Rendition
from .review import Review
from .section import Byline, Rubric, Section, Source
from .tag import Tag, TaggedSection

__all__ = [
    "Byline",
    "Issue",
    "Rendition",
    "Review",
    "Rubric",
    "Section",
    "Source",
    "Tag",
    "TaggedSection",
]
