"""A card of the board: a subject, the section that came of it, or a section that nobody had announced."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from authors.models import Author
from issues.links.covered import Hint
from issues.models import Section

from ..models import Link, Subject, SubjectEvent
from . import rights

FREE, PROPOSED, TAKEN, DRAFT, REVIEW, READY = "free", "proposed", "taken", "draft", "review", "ready"

STATES: dict[str, str | Promise] = {
    FREE: pgettext_lazy("subject", "free"),
    PROPOSED: pgettext_lazy("subject", "proposed"),
    TAKEN: pgettext_lazy("subject", "taken"),
    DRAFT: pgettext_lazy("subject", "in draft"),
    REVIEW: pgettext_lazy("subject", "in review"),
    READY: pgettext_lazy("subject", "ready"),
}

OF_SECTIONS = {
    Section.State.DRAFT: DRAFT,
    Section.State.CHANGES_REQUESTED: DRAFT,
    Section.State.SUBMITTED: REVIEW,
    Section.State.APPROVED: READY,
}


@dataclass(frozen=True)
class Viewer:
    """Who looks at the board, and what she may do; asked once for all cards."""

    user: Any
    author: Author | None
    adds: bool
    directs: bool

    @classmethod
    def of(cls, user: Any) -> Viewer:
        return cls(user, rights.author_of(user), rights.may_add(user), rights.directs(user))


@dataclass(frozen=True)
class Card:
    """What the board shows of one subject or section. Free of queries."""

    subject: Subject | None
    section: Section | None
    viewer: Viewer
    now: datetime
    hints: dict[str, list[Hint]] = field(default_factory=dict)
    # What its author began and nobody announced.
    candidates: list[Section] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return f"subject-{self.subject.pk}" if self.subject else f"section-{self.section.pk}"  # type: ignore[union-attr]

    @property
    def title(self) -> str:
        return self.section.title if self.section else self.subject.title  # type: ignore[union-attr]

    @property
    def state(self) -> str:
        if self.section:
            return OF_SECTIONS[Section.State(self.section.state)]
        return self.subject.state  # type: ignore[union-attr]

    @property
    def place(self) -> str:
        """Where it stands, as `forms.PlaceField` reads it; empty for what is a section alone."""
        subject = self.subject
        return f"{subject.issue_id or ''}:{subject.rubric_id or ''}" if subject else ""

    @property
    def label(self) -> str | Promise:
        return STATES[self.state]

    @property
    def wants_changes(self) -> bool:
        return self.section is not None and self.section.state == Section.State.CHANGES_REQUESTED

    @property
    def people(self) -> list[Author]:
        """Who signs the section, or has the subject."""
        if self.section:
            return self.section.byline()
        owner = self.subject.owner if self.subject else None
        return [owner] if owner else []

    @property
    def since(self) -> datetime | None:
        if self.section:
            in_review = self.state == REVIEW and self.section.submitted_at
            return in_review or self.section.created_at
        return self.subject.owned_at if self.subject else None

    @property
    def due(self) -> datetime | None:
        """When something is to be heard of it; a section has the deadline of its issue."""
        return self.subject.due if self.subject and not self.section else None

    @property
    def is_late(self) -> bool:
        return self.due is not None and self.due <= self.now and self.state != FREE

    @property
    def links(self) -> list[Link]:
        return list(self.subject.links.all()) if self.subject else []

    @property
    def covered(self) -> list[tuple[Link, Hint | None]]:
        """The links, each with where it was written of last."""
        return [(link, next(iter(self.hints.get(link.url, [])), None)) for link in self.links]

    @property
    def events(self) -> list[SubjectEvent]:
        return list(self.subject.events.all()) if self.subject else []

    @property
    def was_freed(self) -> bool:
        """Whether its day came, and nobody has had it since."""
        return self.state == FREE and bool(self.events) and self.events[0].kind == SubjectEvent.Kind.FREED

    # --- What this viewer may do; decided again where it is done ---

    @property
    def is_mine(self) -> bool:
        return self.viewer.author is not None and self.viewer.author in self.people

    @property
    def can_take(self) -> bool:
        if not self.subject or self.section or not self.viewer.adds or not self.viewer.author:
            return False
        return self.state == FREE or (self.state == PROPOSED and self.is_mine)

    @property
    def can_give_back(self) -> bool:
        taken = bool(self.subject) and self.state in (PROPOSED, TAKEN)
        return taken and (self.viewer.directs or (self.viewer.adds and self.is_mine))

    @property
    def can_propose(self) -> bool:
        return bool(self.subject) and self.viewer.directs and self.state in (FREE, PROPOSED)

    @property
    def can_edit(self) -> bool:
        return self.subject is not None and rights.may_edit(self.viewer.user, self.subject)

    @property
    def can_move(self) -> bool:
        return self.can_edit and not self.section

    @property
    def can_write(self) -> bool:
        """Make a section of it, or say which one it is: for her who has taken it, and editors."""
        if self.section or self.state != TAKEN or not self.viewer.adds:
            return False
        return self.is_mine or (self.viewer.directs and bool(self.candidates))

    @property
    def can_open_section(self) -> bool:
        """An author opens what she signs, an editor all: as `issues.permissions` has it."""
        return bool(self.section) and (self.viewer.directs or self.is_mine)

    @property
    def fingerprint(self) -> tuple[Any, ...]:
        """All that the page shows of it, but for the passing of time: a change of any part is seen."""
        subject, section = self.subject, self.section
        return (
            self.anchor,
            self.title,
            self.state,
            self.wants_changes,
            [author.name for author in self.people],
            self.since,
            self.due,
            self.is_late,
            subject and (subject.note, subject.issue_id, subject.rubric_id),
            [(link.pk, link.title, link.site, link.url, repr(hint)) for link, hint in self.covered],
            [event.pk for event in self.events[:1]],
            section and section.pk,
            [(one.pk, one.title) for one in self.candidates],
            (self.can_take, self.can_give_back, self.can_propose, self.can_edit, self.can_open_section),
        )
