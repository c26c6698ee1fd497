"""Issues come in from files, and go out to files that come in again."""

from .decoding import MAX_BYTES
from .drafts import Entry, IssueDraft, Level, Report, SectionDraft, SourceDraft
from .errors import ImportRefused
from .exporter import export_issue
from .importer import ImportResult, bring_in, import_issue
from .parse import parse, read_moment

__all__ = [
    "MAX_BYTES",
    "Entry",
    "ImportRefused",
    "ImportResult",
    "IssueDraft",
    "Level",
    "Report",
    "SectionDraft",
    "SourceDraft",
    "bring_in",
    "export_issue",
    "import_issue",
    "parse",
    "read_moment",
]
