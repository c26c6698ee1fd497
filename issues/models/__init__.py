"""The words of the newsroom: issue, section, rubric, source, tag, link, review, rendition, …"""

from .acknowledgement import Acknowledgement
from .draft import Draft
from .erratum import Erratum
from .issue import Issue
from .link import HostTurn, LinkLookup, Mention, PageAlias
from .notice import Notice, Reminder
from .plan import PlannedRubric
from .presence import Presence
from .preview_link import PreviewLink
from .rendition import Rendition
from .review import Review
from .search_entry import SearchEntry
from .section import Byline, Rubric, Section, Source
from .tag import Tag, TaggedSection

__all__ = [
    "Acknowledgement",
    "Byline",
    "Draft",
    "Erratum",
    "HostTurn",
    "Issue",
    "LinkLookup",
    "Mention",
    "Notice",
    "PageAlias",
    "PlannedRubric",
    "Presence",
    "PreviewLink",
    "Reminder",
    "Rendition",
    "Review",
    "Rubric",
    "SearchEntry",
    "Section",
    "Source",
    "Tag",
    "TaggedSection",
]
