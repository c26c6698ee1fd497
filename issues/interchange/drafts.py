"""What a file says, before any of it is in the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from django.utils.translation import gettext as _


class Level(StrEnum):
    INFO = "info"
    WARNING = "warning"


@dataclass(frozen=True)
class Entry:
    """One thing that an editor should know about the import.

    An info says how something was understood, a warning asks for a look. `line` counts from 1.
    """

    message: str
    level: Level
    line: int | None = None

    def __str__(self) -> str:
        if self.line is None:
            return self.message
        return _("Line %(line)d: %(message)s") % {"line": self.line, "message": self.message}


class Report(list[Entry]):
    """The entries in the order of the file."""

    def info(self, message: str, line: int | None = None) -> None:
        self.append(Entry(message, Level.INFO, line))

    def warn(self, message: str, line: int | None = None) -> None:
        self.append(Entry(message, Level.WARNING, line))

    @property
    def infos(self) -> list[Entry]:
        return [entry for entry in self if entry.level is Level.INFO]

    @property
    def warnings(self) -> list[Entry]:
        return [entry for entry in self if entry.level is Level.WARNING]

    def in_reading_order(self) -> Report:
        return Report(sorted(self, key=lambda entry: entry.line or 0))


@dataclass
class SourceDraft:
    title: str
    publisher: str = ""
    url: str = ""
    line: int | None = None


@dataclass
class SectionDraft:
    """A section to be; `line` is where its title stands."""

    title: str
    body: str = ""
    rubric: str = ""
    authors: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    follows: str = ""
    sources: list[SourceDraft] = field(default_factory=list)
    line: int | None = None


@dataclass
class IssueDraft:
    """An issue to be. `number` is None and `title` empty where the file does not say.

    `published` is when it came out, by whatever way, where the file says that; a day alone stays a day.
    `is_draft`: the file says that nobody was shown it.
    """

    number: int | None = None
    title: str = ""
    subject: str = ""
    preheader: str = ""
    deadline: datetime | None = None
    published: date | datetime | None = None
    is_draft: bool = False
    introduction: str = ""
    closing: str = ""
    sections: list[SectionDraft] = field(default_factory=list)
    report: Report = field(default_factory=Report)

    def sign(self, authors: Iterable[str]) -> None:
        """Have these sign each section that names nobody."""
        names = list(authors)
        for section in self.sections:
            section.authors = section.authors or names.copy()
